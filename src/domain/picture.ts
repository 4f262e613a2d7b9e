/** What a picture is to every room: its content's hash, where it came from, and bytes a browser can decode. */

export type SplitName = 'train' | 'validation' | 'test';
export const SPLIT_NAMES: readonly SplitName[] = ['train', 'validation', 'test'];

/** SHA-256 of the file's bytes as given, in lower-case hex. */
export type ContentHash = string;

/** A picture that was read, checked and can be decoded by `createImageBitmap`. */
export interface ReadPicture {
  readonly hash: ContentHash;
  /** The file's own name, without folders. */
  readonly name: string;
  /** Path inside what was dropped, `/` between folders. */
  readonly path: string;
  /** The original bytes, or a PNG where the browser cannot decode the original (HEIC, SVG). */
  readonly blob: Blob;
  /** Size in pixels after the EXIF rotation. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** WebP or JPEG, longer side at most 160 px; the blob itself where that is small and came out of a binary set. */
  readonly thumbnail: Blob;
}

/** Bytes that many pictures share one blob for: tens of thousands of blobs would fill the memory. */
export interface PackedBytes {
  readonly pack: Blob;
  readonly begin: number;
  readonly end: number;
  /** MIME type. */
  readonly type: string;
}

export type PictureBytes = Blob | PackedBytes;

export const SKIP_REASONS = [
  'empty', // zero bytes
  'notAPicture', // not an image at all, whatever its name says
  'unsupportedFormat', // an image format browsers cannot read (TIFF, PSD, RAW)
  'notInThisBrowser', // a format that other browsers read (AVIF)
  'folderNotInThisBrowser', // a folder that was dropped, which other browsers open
  'unreadable', // broken or cut off
  'tooLarge', // more pixels than can be decoded in safety
  'tooComplex', // an SVG that would take too long to draw
  'archiveUnreadable',
  'archiveEncrypted',
  'setFileMissing', // of a data set of several files, one was not given
  'setUnknown', // a file of a known kind that holds no pictures with classes
  'pickleRefused', // it asks for something of Python that is no plain value or array
  'tooDeep', // an archive within an archive
  'changed', // it was another, or gone, when it was to be stored
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** A file that was left out, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
  /** Values for the sentence: `width`, `height`, `format`, … */
  readonly details: Readonly<Record<string, string | number>>;
}

/** How a picture of any size becomes the network's square input. Stored with every model. */
export interface ResizeMethod {
  /** `stretch`: both sides to the input size. `centerCrop`: shorter side to `size / cropFraction`, then the middle. */
  readonly fit: 'stretch' | 'centerCrop';
  /** Fraction of the shorter side that the crop keeps, (0, 1]; 0.875 is the 224 of 256 of the ImageNet tradition. */
  readonly cropFraction: number;
  /** Version of the resampling code: a change of its numbers must change this, since features depend on it. */
  readonly version: number;
}
