/** What picture a file is by its first bytes; data sets are told in `formats/`. */
import { ascii, startsWith } from './magic.ts';

/** Formats that Headstart reads. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'bmp' | 'avif' | 'svg' | 'heic';

export type FileFormat =
  | { readonly kind: 'picture'; readonly format: PictureFormat }
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

/**
 * The format that a file's first bytes name beyond doubt; null where they do not.
 * @param head the first `DETECT_BYTES`, or all if there are fewer
 */
export function detectByMagic(head: Uint8Array): FileFormat | null {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return { kind: 'picture', format: 'jpeg' };
  if (startsWith(head, '\x89PNG\r\n\x1a\n')) return { kind: 'picture', format: 'png' };
  if (startsWith(head, 'GIF87a') || startsWith(head, 'GIF89a')) return { kind: 'picture', format: 'gif' };
  if (startsWith(head, 'RIFF') && ascii(head, 8, 12) === 'WEBP') return { kind: 'picture', format: 'webp' };
  if (isBmp(head)) return { kind: 'picture', format: 'bmp' };
  const isoMedia = isoMediaFormat(head);
  if (isoMedia) return isoMedia;
  const unsupported = UNSUPPORTED.find(([, magic]) => startsWith(head, magic));
  if (unsupported) return { kind: 'unsupported', format: unsupported[0] };
  return ascii(head, 128, 132) === 'DICM' ? { kind: 'unsupported', format: 'DICOM' } : null;
}

/** Pictures that begin as a text may: asked last, since the first bytes of a tar archive are a file's name. */
export function detectByText(head: Uint8Array): FileFormat {
  if (isPortableAnymap(head)) return { kind: 'unsupported', format: 'PNM' };
  return isSvg(head) ? { kind: 'picture', format: 'svg' } : { kind: 'other' };
}
