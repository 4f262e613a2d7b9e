/** Which columns of a table hold pictures and their classes, and what the classes are called. */
import type { FileMetaData, SchemaTree } from 'hyparquet';
import { toClassName } from './setArchive.ts';

const IMAGE_NAMES = ['image', 'img', 'picture', 'jpg', 'png', 'image_bytes'];
const LABEL_NAMES = [
  ...['label', 'fine_label', 'labels', 'class', 'class_name', 'class_label'],
  ...['cls', 'target', 'category', 'y'],
];

export interface ImageColumns {
  readonly image: string;
  /** A struct of `bytes` and `path`, as data-set hubs write pictures; else the bytes themselves. */
  readonly isStruct: boolean;
  readonly label: string;
  /** By number; empty where the file does not say. */
  readonly classNames: readonly string[];
}

const isBytes = ({ element }: SchemaTree) =>
  element.type === 'BYTE_ARRAY' &&
  element.converted_type !== 'UTF8' &&
  element.logical_type?.type !== 'STRING';

function isPictureStruct({ children }: SchemaTree): boolean {
  return children.some((child) => child.element.name === 'bytes' && isBytes(child));
}

/** The columns of pictures and classes; null where either is missing. */
export function findImageColumns(schema: SchemaTree, metadata: FileMetaData): ImageColumns | null {
  const named = (names: readonly string[], fits: (column: SchemaTree) => boolean) =>
    names
      .map((name) => schema.children.find(({ element }) => element.name.toLowerCase() === name))
      .find((column) => column !== undefined && fits(column));
  const struct = named(IMAGE_NAMES, isPictureStruct) ?? schema.children.find(isPictureStruct);
  const image = struct ?? named(IMAGE_NAMES, isBytes);
  const labels = classLabels(metadata);
  const labelNames = [...LABEL_NAMES.filter((name) => labels.has(name)), ...labels.keys(), ...LABEL_NAMES];
  const label = labelNames
    .map((name) => schema.children.find(({ element }) => element.name === name))
    .find((column) => column?.children.length === 0);
  if (!image || !label) return null;
  return {
    image: image.element.name,
    isStruct: struct !== undefined,
    label: label.element.name,
    classNames: labels.get(label.element.name) ?? [],
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Names of the classes of each column that has some, as the library `datasets` writes them beside a table. */
function classLabels({
  key_value_metadata: pairs = [],
}: FileMetaData): ReadonlyMap<string, readonly string[]> {
  const text = pairs.find(({ key }) => key === 'huggingface')?.value;
  const found = new Map<string, readonly string[]>();
  if (text === undefined) return found;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Then the classes have their numbers for names.
    return found;
  }
  const info = isRecord(parsed) ? parsed.info : null;
  const features = isRecord(info) ? info.features : null;
  if (!isRecord(features)) return found;
  for (const [column, feature] of Object.entries(features)) {
    if (!isRecord(feature) || feature._type !== 'ClassLabel' || !Array.isArray(feature.names)) continue;
    found.set(column, feature.names.map(String));
  }
  return found;
}

/** What a row says of its class; null where it says nothing: -1 stands for a test whose answers are kept back. */
export function toRowClass(value: unknown, names: readonly string[]): string | null {
  if (typeof value === 'string') return toClassName(value);
  if (value instanceof Uint8Array) return toClassName(new TextDecoder().decode(value));
  if (typeof value !== 'number' && typeof value !== 'bigint') return null;
  const number = Number(value);
  return number < 0 ? null : (toClassName(names[number] ?? '') ?? String(number));
}

/** The bytes of a row's picture; empty where it has none. */
export function toRowImage(value: unknown, isStruct: boolean): Uint8Array {
  const bytes = isStruct && isRecord(value) ? value.bytes : value;
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(0);
}
