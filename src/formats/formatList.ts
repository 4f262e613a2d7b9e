/** What the page shows of the model formats that are written: each folder here that has an `about.ts`. No code of theirs. */
import type { FormatAbout } from '../domain/modelExport.ts';

/** By the names of their folders, in alphabetical order. */
export const FORMAT_LIST: readonly FormatAbout[] = Object.values(
  import.meta.glob<FormatAbout>('./*/about.ts', { import: 'about', eager: true }),
);
