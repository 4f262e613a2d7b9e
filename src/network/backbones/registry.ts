/** The backbones there are: each folder here that has a `backbone.ts`. A new one needs no line anywhere else. */
import type { Backbone } from './backbone.ts';

/** By the names of their folders, in alphabetical order. Node has no `import.meta.glob`: tools/backbones.ts reads the same. */
export const BACKBONES: readonly Backbone[] = Object.values(
  import.meta.glob<Backbone>('./*/backbone.ts', { import: 'backbone', eager: true }),
).toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** @throws Error for an id that no backbone has */
export function findBackbone(id: string): Backbone {
  const backbone = BACKBONES.find((one) => one.id === id);
  if (!backbone) throw new Error(`no backbone ${id}`);
  return backbone;
}
