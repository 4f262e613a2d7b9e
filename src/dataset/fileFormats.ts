/** What a file is by its first bytes: names and extensions lie, magic numbers do so far less often. */

/** Formats that Headstart reads. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'bmp' | 'avif' | 'svg' | 'heic';

export type ArchiveFormat = 'zip' | 'tar' | 'gzip';

export type FileFormat =
  | { readonly kind: 'picture'; readonly format: PictureFormat }
  | { readonly kind: 'archive'; readonly format: ArchiveFormat }
  /** An image, but of a format that browsers do not draw; named for the person. */
  | { readonly kind: 'unsupported'; readonly format: string }
  | { readonly kind: 'other' };

export const MIME_TYPES: Readonly<Record<PictureFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  heic: 'image/heic',
};

/** Bytes of a file's head that `detectFormat` wants to see; tar tells itself at byte 257, SVG after comments. */
export const DETECT_BYTES = 4096;

/** ISO base media files by major brand; https://github.com/strukturag/libheif/issues/83 lists those of HEIF. */
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
const AVIF_BRANDS = new Set(['avif', 'avis']);
const HEIF_CONTAINER_BRANDS = new Set(['mif1', 'mif2', 'msf1', 'miaf']);

const UNSUPPORTED: readonly (readonly [format: string, magic: readonly number[] | string])[] = [
  ['Canon RAW', 'II*\0\x10\0\0\0CR'],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
  ['TIFF', 'II+\0'],
  ['TIFF', 'MM\0+'],
  ['Panasonic RAW', 'IIU\0'],
  ['Olympus RAW', 'IIRO'],
  ['Olympus RAW', 'IIRS'],
  ['Fujifilm RAW', 'FUJIFILMCCD-RAW'],
  ['Sigma RAW', 'FOVb'],
  ['Photoshop', '8BPS'],
  ['ICO', [0, 0, 1, 0]],
  ['CUR', [0, 0, 2, 0]],
  ['ICNS', 'icns'],
  ['JPEG XL', [0xff, 0x0a]],
  ['JPEG XL', '\0\0\0\x0cJXL \r\n\x87\n'],
  ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
  ['JPEG 2000', [0xff, 0x4f, 0xff, 0x51]],
  ['DDS', 'DDS '],
  ['OpenEXR', [0x76, 0x2f, 0x31, 0x01]],
  ['Radiance HDR', '#?RADIANCE'],
  ['GIMP', 'gimp xcf'],
];

/** Zip files that are documents or programs: their pictures are nobody's data set. */
const DOCUMENT_ZIP = /^(\[Content_Types\]\.xml|mimetype|META-INF\/|AndroidManifest\.xml|_rels\/)/;

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function startsWith(head: Uint8Array, magic: readonly number[] | string): boolean {
  const bytes = typeof magic === 'string' ? [...magic].map((char) => char.charCodeAt(0)) : magic;
  return bytes.length > 0 && bytes.every((byte, index) => head[index] === byte);
}

/** A tar header holds the sum of its own bytes, with eight blanks where the sum stands (POSIX ustar). */
function isTarHeader(head: Uint8Array): boolean {
  if (head.length < 512 || head[0] === 0) return false;
  const written = Number.parseInt(ascii(head, 148, 156).replaceAll('\0', ' ').trim(), 8);
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : (head[i] ?? 0);
  return written === sum;
}

function isoMediaFormat(head: Uint8Array): FileFormat | null {
  if (ascii(head, 4, 8) !== 'ftyp') return null;
  const boxSize = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0);
  const major = ascii(head, 8, 12);
  const brands = [major];
  for (let at = 16; at + 4 <= Math.min(boxSize, head.length); at += 4) brands.push(ascii(head, at, at + 4));
  if (AVIF_BRANDS.has(major)) return { kind: 'picture', format: 'avif' };
  if (HEIC_BRANDS.has(major)) return { kind: 'picture', format: 'heic' };
  if (HEIF_CONTAINER_BRANDS.has(major)) {
    const isAvif = brands.some((brand) => AVIF_BRANDS.has(brand));
    return { kind: 'picture', format: isAvif ? 'avif' : 'heic' };
  }
  if (major === 'crx ') return { kind: 'unsupported', format: 'Canon RAW' };
  return { kind: 'other' };
}

function isBmp(head: Uint8Array): boolean {
  if (!startsWith(head, 'BM') || head.length < 26) return false;
  const infoSize = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(14, true);
  // The sizes of all versions of the info header; a text that begins with "BM" has none of them.
  return [12, 16, 40, 52, 56, 64, 108, 124].includes(infoSize);
}

function isSvg(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head).trimStart();
  if (!text.startsWith('<')) return false;
  const root = /<(?![?!])([^\s/>]+)/.exec(text.replace(/<!--[\s\S]*?(-->|$)/g, ''));
  return root?.[1] === 'svg' || root?.[1] === 'svg:svg';
}

function isPortableAnymap(head: Uint8Array): boolean {
  return /^P[1-7][\s#]/.test(ascii(head, 0, 3));
}

/** Names the format of a file from its first `DETECT_BYTES` bytes (or all, if it has fewer). */
export function detectFormat(head: Uint8Array): FileFormat {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return { kind: 'picture', format: 'jpeg' };
  if (startsWith(head, '\x89PNG\r\n\x1a\n')) return { kind: 'picture', format: 'png' };
  if (startsWith(head, 'GIF87a') || startsWith(head, 'GIF89a')) return { kind: 'picture', format: 'gif' };
  if (startsWith(head, 'RIFF') && ascii(head, 8, 12) === 'WEBP') return { kind: 'picture', format: 'webp' };
  if (isBmp(head)) return { kind: 'picture', format: 'bmp' };
  if (startsWith(head, 'PK\x03\x04') || startsWith(head, 'PK\x05\x06')) {
    const firstName = ascii(head, 30, 30 + (head[26] ?? 0) + 256 * (head[27] ?? 0));
    return DOCUMENT_ZIP.test(firstName) ? { kind: 'other' } : { kind: 'archive', format: 'zip' };
  }
  if (startsWith(head, [0x1f, 0x8b, 0x08])) return { kind: 'archive', format: 'gzip' };
  const isoMedia = isoMediaFormat(head);
  if (isoMedia) return isoMedia;
  const unsupported = UNSUPPORTED.find(([, magic]) => startsWith(head, magic));
  if (unsupported) return { kind: 'unsupported', format: unsupported[0] };
  if (ascii(head, 128, 132) === 'DICM') return { kind: 'unsupported', format: 'DICOM' };
  if (isTarHeader(head)) return { kind: 'archive', format: 'tar' };
  if (isPortableAnymap(head)) return { kind: 'unsupported', format: 'PNM' };
  return isSvg(head) ? { kind: 'picture', format: 'svg' } : { kind: 'other' };
}
