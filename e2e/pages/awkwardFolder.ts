/** Awkward folders on disk: our own, written out under the names that it needs, and the one beside the repository where it lies. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AWKWARD_FILES, HOSTILE_CLASS } from '../../src/testing/fixtures/awkward.ts';
import { ROOT } from '../../tools/paths.ts';
import { type Files, writeFiles } from './pictures.ts';

const FIXTURES = join(ROOT, 'src/testing/fixtures/awkward');
const SHARED_FOLDER = resolve(ROOT, '../shared/data/awkward');

export interface AwkwardFolder {
  readonly title: string;
  /** Writes it below a folder where it is not on disk yet; gives its path. */
  readonly place: (below: string) => Promise<string>;
  /** Class to pictures that must have been kept. */
  readonly counts: Readonly<Record<string, number>>;
}

async function writeOwn(below: string): Promise<string> {
  const files: Record<string, Uint8Array> = {};
  for (const { path, content } of AWKWARD_FILES) {
    files[path] = typeof content === 'string' ? await readFile(join(FIXTURES, content)) : content;
  }
  await writeFiles(join(below, 'awkward'), files satisfies Files);
  return join(below, 'awkward');
}

function countOwn(className: string): number {
  const kept = ({ path, reading }: (typeof AWKWARD_FILES)[number]) =>
    path.startsWith(`${className}/`) && (typeof reading === 'object' || reading === 'drawn');
  return AWKWARD_FILES.filter(kept).length;
}

/** All there are here: one on a clean clone. */
export const AWKWARD_FOLDERS: readonly AwkwardFolder[] = [
  {
    title: 'our own folder of awkward files',
    place: writeOwn,
    counts: { cats: countOwn('cats'), [HOSTILE_CLASS]: countOwn(HOSTILE_CLASS) },
  },
  ...(existsSync(SHARED_FOLDER)
    ? [
        {
          title: 'the folder of awkward files beside the repository',
          place: async () => SHARED_FOLDER,
          counts: { cats: 20, [HOSTILE_CLASS]: 11 },
        },
      ]
    : []),
];
