/** What every archive must keep, whichever there are; what one alone does is tested beside its file. Sets: binarySets.test.ts. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { sampleOf, textOrCode } from '../testing/dataset/sample.ts';
import { ARCHIVE_LIMITS, type Archive, DETECT_BYTES } from './datasetFormat.ts';
import { hasDatasetEnding, withoutDatasetEnding } from './endings.ts';
import { detectByMagic } from './pictureFormats.ts';
import { ARCHIVE_FORMATS, DATASET_FORMATS, detectDatasetFormat, isDatasetLike } from './registry.ts';
import { readHead } from './sniff.ts';

const FILES: Readonly<Record<string, string>> = {
  'cats/1.jpg': 'one',
  'cats/2.jpg': 'two',
  '../dogs/3.jpg': 'three',
  'a rather long folder name that does not fit/into the hundred bytes of the first tar format/空/4.jpg':
    'four',
};
const SIZE_BYTES = Object.values(FILES).join('').length;
const context = { limits: ARCHIVE_LIMITS };

async function cluesOf(file: Blob) {
  return { head: await readHead(file, DETECT_BYTES), sizeBytes: file.size };
}

async function contents(archive: Archive): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of archive.entries()) found[entry.path] = await (await entry.getBlob()).text();
  return found;
}

/** Everything that is in an archive, an error in place of what cannot be had. */
async function texts(archive: Archive): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of archive.entries()) found.push(await textOrCode(entry));
  return found;
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  return thrown as AppError;
}

describe('the registry of data-set formats', () => {
  it('has every file under its own name', () => {
    const names = Object.keys(import.meta.glob(['./formats/*.ts', '!./formats/*.test.ts'])).map(
      (path) => /(\w+)\.ts$/.exec(path)?.[1],
    );
    expect(names.length).toBeGreaterThan(0);
    expect(DATASET_FORMATS.map(({ id }) => id)).toEqual(names);
  });

  it('takes no other file for a data set', async () => {
    for (const content of ['', 'just a text', '\x89PNG\r\n\x1a\n', 'PK', '<svg xmlns="x"/>']) {
      const blob = new Blob([content]);
      expect(await detectDatasetFormat(blob)).toBeNull();
      expect(isDatasetLike(await cluesOf(blob))).toBe(false);
    }
  });

  it('knows a data set by its name as far as a name can tell', () => {
    expect(['cats.zip', 'a.b.TAR.GZ', 'cats.tgz', 'x/cats.tar'].map(withoutDatasetEnding)).toEqual([
      'cats',
      'a.b',
      'cats',
      'x/cats',
    ]);
    expect(['cats', 'cats.zip.png', 'zip', 'cats.gz'].map(withoutDatasetEnding)).toEqual([
      'cats',
      'cats.zip.png',
      'zip',
      'cats.gz',
    ]);
    expect(['cats_batch', 'train-00000-of-00008', 'x-ubyte'].map(withoutDatasetEnding)).toEqual([
      'cats_batch',
      'train-00000-of-00008',
      'x-ubyte',
    ]);
    for (const name of ['cats.tgz', 'a.tfrecord-00001-of-00008', 'train-00000-of-00008', 'data_batch_1'])
      expect(hasDatasetEnding(name), name).toBe(true);
    expect(hasDatasetEnding('cats.png')).toBe(false);
  });
});

describe.each(ARCHIVE_FORMATS)('$id', (format) => {
  const { pack, packLocked } = sampleOf(format);

  it('is known by its first bytes, and no other format knows it', async () => {
    const file = await pack(FILES);
    const clues = await cluesOf(file);
    expect(detectByMagic(clues.head)).toBeNull();
    expect(isDatasetLike(clues)).toBe(true);
    expect(DATASET_FORMATS.filter((one) => one.detects(clues))).toEqual([format]);
    expect(await detectDatasetFormat(file)).toBe(format);
  });

  it('gives every file with its path and content, as often as it is asked', async () => {
    const archive = await format.open(await pack(FILES), context);
    expect(archive.paths).toEqual(Object.keys(FILES));
    expect(archive.encryptedCount).toBe(0);
    expect(await contents(archive)).toEqual(FILES);
    expect(await contents(archive)).toEqual(FILES);
  });

  it('lets entries be passed over', async () => {
    const archive = await format.open(await pack(FILES), context);
    const found: string[] = [];
    for await (const entry of archive.entries()) {
      if (entry.path === 'cats/2.jpg') found.push(await textOrCode(entry));
    }
    expect(found).toEqual(['two']);
  });

  it('gives large files whole behind small ones that are passed over', async () => {
    const large = 'x'.repeat(300_000);
    const files = { 'a.txt': 'a', 'b.jpg': large, 'c.txt': 'c', 'd.txt': 'd', 'e.jpg': large, 'f.jpg': 'f' };
    const archive = await format.open(await pack(files), context);
    const found: number[] = [];
    for await (const file of archive.entries()) {
      if (file.path === 'b.jpg') found.push((await textOrCode(file)).length);
      if (file.path === 'e.jpg') found.push((await new Response(file.stream()).text()).length);
      if (file.path === 'f.jpg') found.push((await file.stream().getReader().read()).value?.length ?? 0);
    }
    expect(found).toEqual([300_000, 300_000, 1]);
  });

  it('leaves classes to the folders', async () => {
    const archive = await format.open(await pack(FILES), context);
    expect(archive.labelledBy).toBe('folders');
    for await (const entry of archive.entries()) expect(entry).not.toHaveProperty('label');
  });

  it('gives every file as a stream, too', async () => {
    const archive = await format.open(await pack(FILES), context);
    const found: Record<string, string> = {};
    for await (const file of archive.entries()) {
      if (file.path === 'cats/2.jpg') await file.stream().cancel();
      else found[file.path] = await new Response(file.stream()).text();
    }
    const { 'cats/2.jpg': _, ...others } = FILES;
    expect(found).toEqual(others);
  });

  it('refuses an entry that is too large, and goes on with the next', async () => {
    const limits = { entryBytes: 4, totalBytes: 1e6 };
    const archive = await format.open(await pack(FILES), { limits });
    expect(await texts(archive)).toEqual(['one', 'two', 'archiveUnreadable', 'four']);
  });

  it('stops at the limit of all entries together', async () => {
    const limits = { entryBytes: 100, totalBytes: SIZE_BYTES - 1 };
    const error = await failure(format.open(await pack(FILES), { limits }).then(contents));
    expect(error).toMatchObject({ code: 'archiveUnreadable', details: { limitBytes: SIZE_BYTES - 1 } });
  });

  it.each([0.3, 0.6])('names an archive of which only %f is there', async (fraction) => {
    const whole = await pack(FILES);
    const cut = whole.slice(0, Math.floor(whole.size * fraction));
    expect((await failure(format.open(cut, context).then(contents))).code).toBe('archiveUnreadable');
  });

  if (packLocked) {
    it('counts locked entries and reads the others', async () => {
      const file = await packLocked({ 'open.jpg': 'open' }, { 'locked.jpg': 'locked' });
      const archive = await format.open(file, context);
      expect(archive.encryptedCount).toBe(1);
      expect(archive.paths).toEqual(['open.jpg']);
      expect(await contents(archive)).toEqual({ 'open.jpg': 'open' });
    });
  }
});
