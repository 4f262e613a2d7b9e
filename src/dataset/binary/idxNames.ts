/** What the names of IDX files say: which belong together, and what their numbers of classes stand for. */
import { fileNameOf } from './packedFiles.ts';

const NAME = /^(.*)(images|labels)([.-])idx([13])(-ubyte(?:\.gz)?)$/i;
const MAPPING = /^emnist-[a-z]+-mapping\.txt$/i;

export function isIdxName(path: string): boolean {
  return NAME.test(fileNameOf(path));
}

/** The table of letters that EMNIST brings along. */
export function isMappingName(path: string): boolean {
  return MAPPING.test(fileNameOf(path));
}

/** The same for the pictures and the labels of a split. */
export function idxPairKey(path: string): string {
  return path
    .toLowerCase()
    .replace(/\.gz$/, '')
    .replace(/images?|labels?|idx\d|ubyte/g, '')
    .replace(/[^a-z0-9/]/g, '');
}

/** What the other file of a split is called. */
export function idxPartnerName(path: string, wanted: 'images' | 'labels'): string {
  const [, start, , dot, , end] = NAME.exec(fileNameOf(path)) ?? [];
  return start === undefined
    ? `${wanted}-idx${wanted === 'images' ? 3 : 1}-ubyte`
    : `${start}${wanted}${dot}idx${wanted === 'images' ? 3 : 1}${end}`;
}

/** EMNIST wrote columns where others have rows. */
export function isTransposed(path: string): boolean {
  return /^emnist/i.test(fileNameOf(path));
}

const DIGITS = '0123456789';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Small letters that look unlike their capitals. */
const MERGED = 'abdefghnqrt';
const EMNIST: Readonly<Record<string, string>> = {
  byclass: `${DIGITS}${CAPITALS}${CAPITALS.toLowerCase()}`,
  bymerge: `${DIGITS}${CAPITALS}${MERGED}`,
  balanced: `${DIGITS}${CAPITALS}${MERGED}`,
  // Numbered from 1.
  letters: ` ${CAPITALS}`,
};

const FASHION = [
  ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
  ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
];

/** By the number of the class; empty where the numbers are the names. Fashion-MNIST has the names of MNIST in a folder of its own. */
export function classNamesOf(path: string): readonly string[] {
  const variant = /^emnist-([a-z]+)-/i.exec(fileNameOf(path))?.[1]?.toLowerCase() ?? '';
  if (Object.hasOwn(EMNIST, variant)) return [...(EMNIST[variant] ?? '')];
  return /fashion/i.test(path) ? FASHION : [];
}

/** Lines of a number and one or two character codes; of a letter in both sizes the capital counts. */
export function parseMapping(text: string): readonly string[] {
  const names: string[] = [];
  for (const [, number, code] of text.matchAll(/^(\d{1,3})\s+(\d{1,5})(?:\s|$)/gm))
    names[Number(number)] = String.fromCharCode(Number(code));
  return Array.from(names, (name) => name ?? '');
}

/** The data set that a file belongs to, as its mapping file is called. */
export function mappingNameOf(path: string): string | null {
  const variant = /^(emnist-[a-z]+)-/i.exec(fileNameOf(path))?.[1];
  return variant ? `${variant.toLowerCase()}-mapping.txt` : null;
}
