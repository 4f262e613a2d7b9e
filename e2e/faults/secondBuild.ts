/** The next version of the app, without building it: the same code under other names, so that the old names are gone. */
import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { DIST_DIR } from '../../tools/paths.ts';

const TEXTS = new Set(['.js', '.css', '.html', '.json', '.webmanifest']);
/** A name with a hash of eight letters, as the build gives it. */
const HASHED = /([\w.-]+-[\w-]{7})([\w-])(\.[a-z0-9]+)\b/g;
/** Of files that keep their names: what the service worker knows them by. */
const REVISION = /("?revision"?:\s*")([0-9a-f])([0-9a-f]{31}")/g;

/** @param names of files that get another name; others stay as they are */
export function withNextNames(text: string, names: ReadonlySet<string>): string {
  return text
    .replaceAll(HASHED, (name: string, start: string, last: string, ending: string) =>
      names.has(name) ? `${start}${last === '0' ? '1' : '0'}${ending}` : name,
    )
    .replaceAll(REVISION, (_whole, before: string, first: string, rest: string) =>
      [before, first === '0' ? '1' : '0', rest].join(''),
    );
}

/** Writes it into an empty folder, without weights and samples. */
export async function writeSecondBuild(folder: string): Promise<void> {
  const isApp = (source: string) => !/^(weights|samples)(\/|$)/.test(relative(DIST_DIR, source));
  await cp(DIST_DIR, folder, { recursive: true, filter: isApp });
  const assets = join(folder, 'assets');
  const names = new Set(await readdir(assets));
  for (const name of names) await rename(join(assets, name), join(assets, withNextNames(name, names)));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !TEXTS.has(extname(entry.name))) continue;
    const file = join(entry.parentPath, entry.name);
    await writeFile(file, withNextNames(await readFile(file, 'utf8'), names));
  }
}
