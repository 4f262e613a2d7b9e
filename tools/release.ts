/** `npm run release`: the built app as one zip for any static host; the same commit gives the same bytes. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { ensureBuilt } from './build.ts';
import { DIST_DIR, isMain, ROOT, shown } from './paths.ts';
import { runMain, SetupError, say, toMegabytes } from './say.ts';
import { readCommitTime, readVersion } from './version.ts';

const RELEASE_DIR = join(ROOT, 'release');
/** Packed already, or noise to a packer. */
const INCOMPRESSIBLE = /\.(bin|png|zip)$/;

export interface ReleaseOptions {
  /** What is served: goes into the zip whole, but for files whose names begin with a dot. */
  readonly folder: string;
  /** Path of the licence. */
  readonly licence: string;
  readonly version: string;
  /** Written at every entry. Servers build an ETag of size and time: two versions must not share it. */
  readonly date: Date;
  /** Where the zip and the file with its hash go. */
  readonly into: string;
}

export interface Release {
  readonly file: string;
  readonly sizeBytes: number;
  /** Of the zip, in hexadecimal. */
  readonly sha256: string;
}

function readMe(version: string): string {
  return `Headstart ${version}

Train an image classifier in a browser tab. No picture leaves your machine.

This folder is the whole app: files that any web server can serve, from the root of
a site or from a sub-path. Opened as a file (file://) it does not work; browsers
forbid workers there. To try it on this machine:

    npx sirv-cli . --port 8080        (Node.js)
    python3 -m http.server 8080       (Python)

and open http://localhost:8080/ in Chrome, Edge, Firefox or Safari.

On the web, serve it over https. The headers worth having, with configurations for
nginx, Caddy and Apache, stand in docs/hosting of the source code.

LICENSE holds the licence. Whom else to thank is said in the app under "Settings".
`;
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((name) => name.startsWith('.')));
}

/** A zip knows no time zones: the same hour is written wherever it is made. */
function toZipDate(date: Date): Date {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return new Date(year, month, day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds());
}

/** Zip of `folder` below one folder `headstart-<version>/`, sorted by name; beside it its SHA-256, as `sha256sum -c` reads it. */
export async function writeRelease(options: ReleaseOptions): Promise<Release> {
  const { folder, licence, version, date, into } = options;
  const name = `headstart-${version}`;
  const contents = new Map<string, () => Promise<Uint8Array>>([
    ['LICENSE', () => readFile(licence)],
    ['README.txt', async () => new TextEncoder().encode(readMe(version))],
  ]);
  for (const path of await listFiles(folder)) contents.set(path, () => readFile(join(folder, path)));

  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    lastModDate: toZipDate(date),
    extendedTimestamp: false,
  });
  for (const path of [...contents.keys()].sort()) {
    const bytes = await contents.get(path)?.();
    if (bytes === undefined) continue;
    // Level 9 is zip.js's own packer, whatever packer this Node brings along.
    const level = INCOMPRESSIBLE.test(path) ? 0 : 9;
    await writer.add(`${name}/${path}`, new Uint8ArrayReader(bytes), { level });
  }
  const zip = await writer.close();
  const sha256 = createHash('sha256').update(zip).digest('hex');

  await mkdir(into, { recursive: true });
  const file = join(into, `${name}.zip`);
  const half = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(half, zip);
    await rename(half, file);
  } finally {
    await rm(half, { force: true });
  }
  await writeFile(`${file}.sha256`, `${sha256}  ${basename(file)}\n`);
  return { file, sizeBytes: zip.length, sha256 };
}

/** Time of the commit; without git that of `SOURCE_DATE_EPOCH` (seconds). @throws SetupError if there is neither. */
function releaseDate(): Date {
  const seconds = Number(process.env.SOURCE_DATE_EPOCH || Number.NaN);
  const date = Number.isFinite(seconds) ? new Date(seconds * 1000) : readCommitTime();
  if (date === null || Number.isNaN(date.getTime()))
    throw new SetupError('There is no git here to tell the date: set SOURCE_DATE_EPOCH to it, in seconds.');
  return date;
}

async function release(): Promise<void> {
  await ensureBuilt();
  const { file, sizeBytes, sha256 } = await writeRelease({
    folder: DIST_DIR,
    licence: join(ROOT, 'LICENSE'),
    version: readVersion(),
    date: releaseDate(),
    into: RELEASE_DIR,
  });
  say(`Release: ${shown(file)}, ${toMegabytes(sizeBytes)}\nSHA-256: ${sha256}`);
}

if (isMain(import.meta.url)) await runMain(release);
