/** What the files beside a picture of a WebDataset say of its class. */
import type { PackedFile } from '../datasetFormat.ts';
import { readText } from './packedFiles.ts';
import { nameOfClass, toClassName } from './setArchive.ts';

/** Class, in words or as a number, by the ending of the file that says so. */
export interface SideFiles {
  readonly cls?: string;
  readonly json?: string;
  readonly txt?: string;
}

/** Larger ones say more than a class. */
const MAX_SIDE_BYTES = 65_536;
const MAX_TEXT_LENGTH = 80;

const SIDE_ENDING = /\.(cls|json|txt)$/i;
const NAME_KEYS = ['class_name', 'classname', 'label_name', 'category_name'];
const LABEL_KEYS = ['label', 'class', 'cls', 'category', 'target', 'class_id'];

export function isSideFile(path: string): boolean {
  return SIDE_ENDING.test(path);
}

/** `known` with what a further file says. */
export async function readSide(file: PackedFile, known: SideFiles): Promise<SideFiles> {
  const ending = SIDE_ENDING.exec(file.path)?.[1]?.toLowerCase();
  if (ending === undefined || file.sizeBytes === 0 || file.sizeBytes > MAX_SIDE_BYTES) return known;
  return { ...known, [ending]: await readText(file) };
}

/** One short line is a class; numbers of boxes, sentences over lines and the like are not. */
function toShortLine(text: string): string | null {
  const line = toClassName(text);
  const isShort = line !== null && line.length <= MAX_TEXT_LENGTH && !/[\r\n]/.test(line);
  return isShort && !/^[-\d.]+(\s+[-\d.]+)+$/.test(line) ? line : null;
}

function fromJson(text: string, keys: readonly string[]): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A broken file says nothing; the picture is as good as without it.
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const found = keys
    .map((key) => fields.get(key))
    .find((one) => typeof one === 'string' || typeof one === 'number');
  return found === undefined ? null : toShortLine(String(found));
}

/** A name in words first, then a number; null where nothing says a class. */
export function toSampleClass({ cls, json, txt }: SideFiles, names: readonly string[]): string | null {
  const found =
    (json === undefined ? null : fromJson(json, NAME_KEYS)) ??
    (cls === undefined ? null : toShortLine(cls)) ??
    (json === undefined ? null : fromJson(json, LABEL_KEYS)) ??
    (txt === undefined ? null : toShortLine(txt));
  return found !== null && /^\d{1,6}$/.test(found) ? nameOfClass(names, Number(found)) : found;
}
