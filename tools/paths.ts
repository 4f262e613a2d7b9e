/** Where the set-up programs find and leave things, whatever folder they are started from. */
import { realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Downloads and what is unpacked from them; git-ignored, may be deleted at any time. */
export const CACHE_DIR = join(ROOT, '.cache');
export const PUBLIC_DIR = join(ROOT, 'public');
export const DIST_DIR = join(ROOT, 'dist');
export const WEIGHTS_DIR = join(PUBLIC_DIR, 'weights', 'resnet50');
export const SAMPLES_DIR = join(PUBLIC_DIR, 'samples');

/** A path as a person in the project's folder would type it. */
export function shown(path: string): string {
  return relative(ROOT, path) || '.';
}

/** True in the file that Node was told to run. `argv` may lead through links, a module's address never does. */
export function isMain(moduleUrl: string): boolean {
  const script = process.argv[1];
  return script !== undefined && moduleUrl === pathToFileURL(realpathSync(script)).href;
}
