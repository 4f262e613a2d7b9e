/** What a first visit loads of code and styles before anything is clicked, and the most that it may be. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SetupError, say } from './say.ts';

/** Gzipped; a kilobyte here is 1000 bytes. */
export const FIRST_LOAD_BUDGET_BYTES = 250_000;

const ENTRY = 'index.html';
/** The page asks for these by itself: the words of the language that is not in the first bundle, and the service worker's client. */
const ASKED_FOR_AT_START = [
  'src/i18n/zh-CN.ts',
  'node_modules/workbox-window/build/workbox-window.prod.es5.mjs',
];

/** What is read of an entry of Vite's manifest. */
interface ManifestChunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}
type Manifest = Readonly<Record<string, ManifestChunk>>;

export interface LoadedFile {
  /** Path inside the build's folder. */
  readonly file: string;
  readonly gzippedBytes: number;
}

export interface FirstLoad {
  /** The largest first. */
  readonly files: readonly LoadedFile[];
  readonly gzippedBytes: number;
}

/** As hosts compress: at zlib's default level. */
export function gzippedSize(content: Uint8Array): number {
  return gzipSync(content).byteLength;
}

/** Everything that is reached from the roots without a dynamic import, styles included. */
function reachedFrom(manifest: Manifest, roots: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const files = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const chunk = manifest[name];
    if (!chunk) {
      throw new SetupError(
        `The build has no "${name}", which tools/firstLoad.ts counts in: if it moved, say so there.`,
      );
    }
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    chunk.imports?.forEach(visit);
  };
  roots.forEach(visit);
  return [...files];
}

/**
 * Measures the build in `folder`: page, scripts and styles of a first visit in the language that needs most.
 * Workers, weights and what the service worker fetches in advance are not in it.
 * @throws SetupError if a part that is counted in is not in the build
 */
export async function measureFirstLoad(
  folder: string,
  askedForAtStart: readonly string[] = ASKED_FOR_AT_START,
): Promise<FirstLoad> {
  const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8')) as Manifest;
  const files = await Promise.all(
    [ENTRY, ...reachedFrom(manifest, [ENTRY, ...askedForAtStart])].map(async (file) => ({
      file,
      gzippedBytes: gzippedSize(await readFile(join(folder, file))),
    })),
  );
  files.sort((a, b) => b.gzippedBytes - a.gzippedBytes);
  return { files, gzippedBytes: files.reduce((sum, { gzippedBytes }) => sum + gzippedBytes, 0) };
}

const inKilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** Prints what a first visit loads. @throws SetupError if it is more than the budget */
export function checkFirstLoad({ files, gzippedBytes }: FirstLoad): void {
  say('\nFirst load, gzipped:');
  for (const one of files) say(`${inKilobytes(one.gzippedBytes).padStart(10)}  ${one.file}`);
  const sum = `${inKilobytes(gzippedBytes)} of at most ${inKilobytes(FIRST_LOAD_BUDGET_BYTES)}`;
  say(
    `${inKilobytes(gzippedBytes).padStart(10)}  in all, of at most ${inKilobytes(FIRST_LOAD_BUDGET_BYTES)}`,
  );
  if (gzippedBytes > FIRST_LOAD_BUDGET_BYTES) {
    throw new SetupError(
      `Before the first click the page loads ${sum}. Load what the first view does not show when it is asked for (React.lazy, import()).`,
    );
  }
}
