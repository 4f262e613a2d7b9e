/** Where the set-up programs find and leave things, whatever folder they are started from. */
import { realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DEFAULT_BACKBONE_ID, manifestPathOf } from '../src/network/backbones/defaultBackbone.ts';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Downloads and what is unpacked from them; git-ignored, may be deleted at any time. */
export const CACHE_DIR = join(ROOT, '.cache');
export const PUBLIC_DIR = join(ROOT, 'public');
export const DIST_DIR = join(ROOT, 'dist');
/** Of every backbone, a folder each. */
export const ALL_WEIGHTS_DIR = join(PUBLIC_DIR, 'weights');
/** Of the backbone that the app works with. */
export const WEIGHTS_DIR = weightsDirOf(DEFAULT_BACKBONE_ID);
export const SAMPLES_DIR = join(PUBLIC_DIR, 'samples');

export function weightsDirOf(backboneId: string): string {
  return dirname(join(PUBLIC_DIR, manifestPathOf(backboneId)));
}

/** A path as a person in the project's folder would type it. */
export function shown(path: string): string {
  return relative(ROOT, path) || '.';
}

/** True in the file that Node was told to run. `argv` may lead through links, a module's address never does. */
export function isMain(moduleUrl: string): boolean {
  const script = process.argv[1];
  return script !== undefined && moduleUrl === pathToFileURL(realpathSync(script)).href;
}
