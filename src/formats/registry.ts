/** The model file formats there are: each folder here that has a `format.ts`. A new one needs no line anywhere else. */
import type { FormatReader, FormatWriter, ModelFormat } from './modelFormat.ts';

/** By the names of their folders, in alphabetical order. */
export const MODEL_FORMATS: readonly ModelFormat[] = Object.values(
  import.meta.glob<ModelFormat>('./*/format.ts', { import: 'format', eager: true }),
);

/** Those that are read. */
export const MODEL_READERS: readonly FormatReader[] = MODEL_FORMATS.flatMap(({ reader }) => reader ?? []);

/** @throws Error for an id that no format has which is written */
export function findModelWriter(id: string): FormatWriter {
  const writer = MODEL_FORMATS.find(({ about }) => about.id === id)?.writer;
  if (!writer) throw new Error(`no model format ${id}`);
  return writer;
}
