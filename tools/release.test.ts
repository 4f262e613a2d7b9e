import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TextWriter, Uint8ArrayReader, ZipReader } from '@zip.js/zip.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ReleaseOptions, writeRelease } from './release.ts';

const DATE = new Date('2024-05-06T07:08:10Z');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headstart-release-'));
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true });
  await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html>'.repeat(100));
  await writeFile(join(folder, 'dist', '.headstart-build'), 'a stamp of the build');
  await writeFile(join(folder, 'dist', 'assets', 'b.js'), 'b');
  await writeFile(join(folder, 'dist', 'assets', 'a.bin'), 'weights'.repeat(100));
  await writeFile(join(folder, 'LICENSE'), 'Free');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const options = (into: string, more: Partial<ReleaseOptions> = {}): ReleaseOptions => ({
  folder: join(folder, 'dist'),
  licence: join(folder, 'LICENSE'),
  version: '1.2.3',
  date: DATE,
  into: join(folder, into),
  ...more,
});

async function entriesOf(file: string) {
  const reader = new ZipReader(new Uint8ArrayReader(await readFile(file)), { useWebWorkers: false });
  return reader.getEntries();
}

describe('writeRelease', () => {
  it('puts the app, its licence and how to serve it into one folder, sorted, without the stamp', async () => {
    const { file, sizeBytes } = await writeRelease(options('out'));
    expect(file).toBe(join(folder, 'out', 'headstart-1.2.3.zip'));
    expect((await readFile(file)).length).toBe(sizeBytes);
    const entries = await entriesOf(file);
    expect(entries.map(({ filename }) => filename)).toEqual(
      ['LICENSE', 'README.txt', 'assets/a.bin', 'assets/b.js', 'index.html'].map(
        (path) => `headstart-1.2.3/${path}`,
      ),
    );
    const texts = await Promise.all(
      entries.map((entry) =>
        entry.directory ? '' : entry.getData(new TextWriter(), { useWebWorkers: false }),
      ),
    );
    expect(texts[0]).toBe('Free');
    expect(texts[1]).toContain('Headstart 1.2.3');
    expect(texts[4]).toBe('<!doctype html>'.repeat(100));
  });

  it('gives the same bytes twice: on another day, of files written anew, in another time zone', async () => {
    const first = await writeRelease(options('one'));
    for (const path of ['index.html', 'assets/b.js']) await utimes(join(folder, 'dist', path), 1e9, 1e9);
    vi.stubEnv('TZ', 'Pacific/Auckland');
    const second = await writeRelease(options('two'));
    expect(await readFile(second.file)).toEqual(await readFile(first.file));
    expect(second.sha256).toBe(first.sha256);
  });

  it('dates every file by the release, so that no two versions of a file look alike to a server', async () => {
    const [first, second] = [
      await writeRelease(options('one')),
      await writeRelease(options('two', { date: new Date('2024-05-07T07:08:10Z') })),
    ];
    const dates = async (file: string) =>
      (await entriesOf(file)).map(({ lastModDate }) => lastModDate.toDateString());
    expect(new Set(await dates(first.file))).toEqual(new Set(['Mon May 06 2024']));
    expect(new Set(await dates(second.file))).toEqual(new Set(['Tue May 07 2024']));
    expect(second.sha256).not.toBe(first.sha256);
  });

  it('tells the hash of what lies there, and leaves nothing half-written', async () => {
    const { file, sha256 } = await writeRelease(options('out'));
    const own = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    expect(sha256).toBe(own);
    expect(await readFile(`${file}.sha256`, 'utf8')).toBe(`${own}  headstart-1.2.3.zip\n`);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual([
      'headstart-1.2.3.zip',
      'headstart-1.2.3.zip.sha256',
    ]);
  });
});
