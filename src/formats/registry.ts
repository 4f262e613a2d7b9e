/** The model file formats there are: each folder here that has a `format.ts`. A new one needs no line anywhere else. */
import type { ModelFormat } from './modelFormat.ts';

/** By the names of their folders, in alphabetical order. */
export const MODEL_FORMATS: readonly ModelFormat[] = Object.values(
  import.meta.glob<ModelFormat>('./*/format.ts', { import: 'format', eager: true }),
);

/** @throws Error for an id that no format has */
export function findModelFormat(id: string): ModelFormat {
  const format = MODEL_FORMATS.find((one) => one.id === id);
  if (!format) throw new Error(`no model format ${id}`);
  return format;
}
