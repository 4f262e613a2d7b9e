/** The rows of the fault table: every file of `rows/` is one. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Fault } from './fault.ts';

const ROWS = join(import.meta.dirname, 'rows');

/** In the order of the table. @throws Error where a file holds none, or two have the same id */
export async function loadFaults(): Promise<readonly Fault[]> {
  const files = (await readdir(ROWS)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const faults = await Promise.all(
    files.map(async (name) => {
      // What an import by address gives has no type; that it is a row is asked for below.
      const { fault } = (await import(pathToFileURL(join(ROWS, name)).href)) as { fault?: Fault };
      if (!fault) throw new Error(`rows/${name} exports no "fault"`);
      return fault;
    }),
  );
  const ids = faults.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`two rows have the id "${twice}"`);
  return faults.sort((a, b) => a.place - b.place);
}
