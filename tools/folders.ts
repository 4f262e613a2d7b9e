/** Registries as Node finds them: where Vite builds, `import.meta.glob` gathers the same files. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './paths.ts';

/**
 * What each folder that has such a file exports in it, by the names of the folders.
 * @param parent of the folders, from the project's root
 */
export async function importEach<Exported>(
  parent: string,
  file: string,
  exportName: string,
): Promise<readonly Exported[]> {
  const folder = join(ROOT, parent);
  const names = (await readdir(folder)).sort();
  const files = names.map((name) => join(folder, name, file)).filter((path) => existsSync(path));
  const modules = files.map((path) => import(pathToFileURL(path).href) as Promise<Record<string, Exported>>);
  return (await Promise.all(modules)).map((module) => module[exportName] as Exported);
}
