/**
 * What a file in `formats/` must export to be a data-set format: an archive, one file that holds many; or a binary set,
 * files that are no pictures and hold many of them. Beside `format` it exports the `endings` of such files' names, with
 * the dot, which the page reads without the rest.
 */
import type { SplitName } from '../domain/picture.ts';
import { AppError } from '../shared/errors.ts';

/** Bytes of a file's head that formats are told by; tar tells itself at byte 257, SVG after comments. */
export const DETECT_BYTES = 4096;

/** What can be seen of a file at a glance. */
export interface DatasetClues {
  /** The first DETECT_BYTES bytes, or all if it has fewer. */
  readonly head: Uint8Array;
  readonly sizeBytes: number;
}

export type DatasetFormat = ArchiveFormat | SetFormat;

export interface ArchiveFormat {
  readonly kind: 'archive';
  /** The file's name without `.ts`. */
  readonly id: string;
  /** Whether a file looks like this format and no other. Only asked where the head is not that of a picture. */
  detects(clues: DatasetClues): boolean;
  /** Where the head cannot tell: a look further inside. False: it is a file like any other. */
  confirms?(file: Blob): Promise<boolean>;
  /**
   * Opens a file that `detects` and `confirms` know, and lists what is in it. It never stands in memory at once.
   * @throws AppError `archiveUnreadable` if nothing of it can be read
   */
  open(file: Blob, context: OpenContext): Promise<FileArchive>;
}

/** A binary set, of one file or of several that were dropped, or packed, together. */
export interface SetFormat {
  readonly kind: 'set';
  /** The file's name without `.ts`. */
  readonly id: string;
  /** Of the files of one folder or archive, those that make up such sets, by their names; none where there is no set. */
  claims(paths: readonly string[]): readonly string[];
  /** Whether a dropped file that no set claimed is one by its head; its name says nothing then. */
  detects(clues: DatasetClues): boolean;
  /** Each file is a set by itself: of several that were dropped, one may be broken and the others not. */
  readonly isOfOneFile?: boolean;
  /** It claims pictures with what stands beside them; other sets are left alone in archives that hold as many pictures. */
  readonly isOfPictures?: boolean;
  /**
   * Opens what `claims` or `detects` chose, and nothing else; null if it is no such set after all.
   * @throws AppError `archiveUnreadable` if it is broken, `setFileMissing` if another file belongs to it, `setUnknown` if
   *   it holds no pictures with classes, `pickleRefused`
   */
  open(files: FileSource, context: OpenContext): Promise<Archive | null>;
}

/** The files of a binary set. */
export interface FileSource {
  /** Of the archive that they lie in, or the folder; empty where there is none. */
  readonly path: string;
  /** Anew at each call, in the same order. */
  files(): AsyncGenerator<PackedFile, void, undefined>;
}

export interface OpenContext {
  readonly limits: ArchiveLimits;
}

export interface ArchiveEntry {
  /** As the archive says, `/` between folders. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Where `labelledBy` is `entries`: what the file itself says of this picture. */
  readonly label?: EntryLabel;
  /**
   * The file's bytes; where `labelledBy` is `entries`, a picture of a format that browsers draw. Of tar archives, only until the next entry is asked for.
   * @throws AppError `archiveUnreadable` if the entry is broken, unpacks to more than it says, or is too large
   */
  getBlob(): Promise<Blob>;
  /** Where `labelledBy` is `entries` and the set holds raw pixels: the same picture, of which nothing is to be checked. */
  readonly drawn?: DrawnPicture;
}

/** A picture that was made of raw pixels. */
export interface DrawnPicture {
  /** Of its file, as MIME names it. */
  readonly type: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The file's bytes. @throws AppError `outOfMemory` */
  toBytes(): Uint8Array<ArrayBuffer>;
}

/** A file as it lies in an archive or was dropped. */
export interface PackedFile extends ArchiveEntry {
  /**
   * The bytes as they come, instead of `getBlob`: no limit holds for them, whoever reads must. Of tar archives it must be
   * read to its end or cancelled before the next entry is asked for.
   */
  stream(): ReadableStream<Uint8Array>;
}

export interface EntryLabel {
  /** Trimmed, in Unicode NFC; null where the file does not say. */
  readonly className: string | null;
  readonly split: SplitName | null;
}

export interface Archive {
  /** Of all files within, locked ones left out, in the order of `entries`. */
  readonly paths: readonly string[];
  /** Files that only a password opens. */
  readonly encryptedCount: number;
  /** `folders`: the paths tell class and split (`layout.ts`). `entries`: each entry has a `label`. */
  readonly labelledBy: 'folders' | 'entries';
  /** @throws AppError `archiveUnreadable` where the archive breaks off or exceeds the limits; what came before holds. */
  entries(): AsyncGenerator<ArchiveEntry, void, undefined>;
}

/** What an `ArchiveFormat` opens where the paths tell the classes. */
export interface FileArchive extends Archive {
  readonly labelledBy: 'folders';
  entries(): AsyncGenerator<PackedFile, void, undefined>;
}

/** Against archives that unpack to far more than any data set holds. */
export interface ArchiveLimits {
  readonly entryBytes: number;
  readonly totalBytes: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = { entryBytes: 200e6, totalBytes: 8e9 };

/** @param limitBytes the limit that would be exceeded */
export function tooMuch(limitBytes: number): AppError {
  return new AppError('archiveUnreadable', { limitBytes });
}

/** Whatever a reader of archives threw, by its name. */
export function toArchiveError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('archiveUnreadable', {}, { cause: thrown });
}
