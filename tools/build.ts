/** Builds the app, and can tell whether the build that lies there is still the one of these sources. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFirstLoad, measureFirstLoad } from './firstLoad.ts';
import { ALL_WEIGHTS_DIR, DIST_DIR, isMain, ROOT, SAMPLES_DIR, shown } from './paths.ts';
import { runMain, SetupError, say } from './say.ts';
import { setUp } from './setup.ts';
import { runScript } from './spawn.ts';
import { readCommit } from './version.ts';

/** Written last, so that a build that was cut off has none. */
const STAMP = join(DIST_DIR, '.headstart-build');
const SOURCES = [
  'index.html',
  'vite.config.ts',
  'tools/version.ts',
  'tools/downloadPage.ts',
  'package.json',
  'postcss.config.cjs',
  'package-lock.json',
  'tsconfig.base.json',
];
const SOURCE_FOLDERS = ['src', 'public'];

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** SHA-256 over the names and contents of all that goes into a build, and the commit that the app shows. */
async function hashSources(): Promise<string> {
  const listed = (await Promise.all(SOURCE_FOLDERS.map(listFiles))).flat();
  // The shards and the archive are told apart by the small files that describe them.
  const isDescribed = (file: string) =>
    /\.(bin|zip)$/.test(file) && (file.startsWith(ALL_WEIGHTS_DIR) || file.startsWith(SAMPLES_DIR));
  const files = [
    ...SOURCES.map((file) => join(ROOT, file)),
    ...listed.filter((file) => !isDescribed(file)),
  ].sort();
  const hash = createHash('sha256').update(`${readCommit()}\0`);
  for (const file of files)
    hash
      .update(`${shown(file)}\0`)
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex');
}

async function readStamp(): Promise<string | null> {
  try {
    return await readFile(STAMP, 'utf8');
  } catch {
    // No build, or one that was cut off.
    return null;
  }
}

/** Set-up, then `vite build`. @throws SetupError if either fails, or if a first visit would load too much. */
export async function buildApp(): Promise<void> {
  await setUp();
  const sources = await hashSources();
  const { exitCode } = await runScript('node_modules/vite/bin/vite.js', ['build']);
  if (exitCode !== 0) throw new SetupError('The build failed; its message stands above.');
  checkFirstLoad(await measureFirstLoad(DIST_DIR));
  await writeFile(STAMP, sources);
}

/** Builds only where `dist/` is missing or older than the sources. @throws SetupError as `buildApp`. */
export async function ensureBuilt(): Promise<void> {
  await setUp();
  if ((await readStamp()) === (await hashSources())) {
    say(`Build: ready in ${shown(DIST_DIR)}`);
    return;
  }
  await buildApp();
}

if (isMain(import.meta.url)) await runMain(buildApp);
