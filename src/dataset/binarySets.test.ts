/** What every binary set must keep, whichever there are; what one alone does is tested beside its file. */
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { contentOf } from '../testing/dataset/pixels.ts';
import { setSampleOf } from '../testing/dataset/sample.ts';
import { gzip } from '../testing/dataset/samples/tarGz.ts';
import { zipOf } from '../testing/dataset/samples/zip.ts';
import { toFileSource, toPackedFile } from './binary/packedFiles.ts';
import { openSetWithin } from './binarySets.ts';
import {
  ARCHIVE_LIMITS,
  type Archive,
  type ArchiveLimits,
  type FileSource,
  type SetFormat,
} from './datasetFormat.ts';
import { hasDatasetEnding } from './endings.ts';
import { detectDatasetFormat, SET_FORMATS } from './registry.ts';

type Files = Readonly<Record<string, Blob>>;
const context = { limits: ARCHIVE_LIMITS };

/** What a set chooses of files that were dropped. */
function sourceOf(format: SetFormat, files: Files): FileSource {
  const claimed = new Set(format.claims(Object.keys(files)));
  return toFileSource(
    'set',
    Object.entries(files).flatMap(([path, file]) => (claimed.has(path) ? [toPackedFile(path, file)] : [])),
  );
}

async function openSet(
  format: SetFormat,
  files: Files,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<Archive> {
  const archive = await format.open(sourceOf(format, files), { limits });
  if (!archive) throw new Error('no such set');
  return archive;
}

interface Found {
  readonly className: string | null | undefined;
  readonly split: string | null | undefined;
  /** Or the code of the error. */
  readonly content: Uint8Array | string;
}

async function found(archive: Archive): Promise<Found[]> {
  const all: Found[] = [];
  for await (const entry of archive.entries()) {
    const content = await entry.getBlob().then(
      async (blob) => {
        expect(blob.size).toBe(entry.sizeBytes);
        const bytes = new Uint8Array(await blob.arrayBuffer());
        // Of the first: what is changed at random has thousands.
        if (entry.drawn && all.length === 0) {
          expect(entry.drawn.toBytes()).toEqual(bytes);
          expect(entry.drawn.type).toBe(blob.type);
          expect(bytes.length).toBeGreaterThan(entry.drawn.widthPx * entry.drawn.heightPx * 3);
        }
        return contentOf(bytes);
      },
      (error: AppError) => error.code,
    );
    all.push({ className: entry.label?.className, split: entry.label?.split, content });
  }
  return all;
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  return thrown as AppError;
}

async function tarOf(files: Files): Promise<Blob> {
  const entries = await Promise.all(
    Object.entries(files).map(async ([name, file]) => ({
      header: { name, size: file.size, type: 'file' as const },
      body: new Uint8Array(await file.arrayBuffer()),
    })),
  );
  return new Blob([await packTar(entries)]);
}

async function openArchive(file: Blob): Promise<Archive> {
  const format = await detectDatasetFormat(file);
  if (format?.kind !== 'archive') throw new Error('no archive');
  return openSetWithin(await format.open(file, context), 'set', context, SET_FORMATS);
}

describe('a set in an archive', () => {
  const cifar = () => setSampleOf({ id: 'cifar' }).pack();
  const photo = new Blob(['photo']);

  it('is not disturbed by a picture beside it', async () => {
    const archive = await openArchive(await zipOf({ 'preview.png': photo, ...(await cifar()) }));
    expect(archive.labelledBy).toBe('entries');
  });

  it('is left alone beside as many photos', async () => {
    const photos = Object.fromEntries([1, 2, 3].map((number) => [`cats/${number}.jpg`, photo]));
    const archive = await openArchive(await zipOf({ ...photos, ...(await cifar()) }));
    expect(archive.labelledBy).toBe('folders');
    expect(archive.paths).toContain('cats/1.jpg');
  });
});

describe.each(SET_FORMATS)('$id', (format) => {
  const { pack, pictures, pictureFiles } = setSampleOf(format);

  it('knows its files, and no other format does', async () => {
    const files = await pack();
    const names = Object.keys(files);
    expect(pictureFiles.length).toBeGreaterThan(0);
    expect(format.claims(names)).toEqual(expect.arrayContaining([...pictureFiles]));
    for (const other of SET_FORMATS) if (other !== format) expect(other.claims(names), other.id).toEqual([]);
    for (const name of pictureFiles) {
      if (!format.isOfPictures) expect(hasDatasetEnding(name), name).toBe(true);
      const detected = await detectDatasetFormat(files[name] ?? new Blob());
      expect([null, format], name).toContain(detected);
    }
  });

  it('claims nothing of folders of photos', () => {
    const photos = ['cats/1.jpg', 'dogs/2.jpg', 'readme.txt', 'train/3.png', 'labels.csv', 'data.json'];
    expect(format.claims(photos)).toEqual([]);
  });

  it('gives every picture with its class, split and content, as often as it is asked', async () => {
    const archive = await openSet(format, await pack());
    expect(archive.labelledBy).toBe('entries');
    expect(archive.encryptedCount).toBe(0);
    expect(new Set(pictures.map(({ className }) => className)).size).toBeGreaterThan(1);
    expect(await found(archive)).toEqual(pictures);
    expect(await found(archive)).toEqual(pictures);
  });

  it('names each entry once, as it said before', async () => {
    const archive = await openSet(format, await pack());
    const paths: string[] = [];
    for await (const { path } of archive.entries()) paths.push(path);
    expect(paths).toEqual(archive.paths);
    expect(new Set(paths).size).toBe(pictures.length);
  });

  it('lets entries be passed over', async () => {
    const archive = await openSet(format, await pack());
    let index = 0;
    for await (const entry of archive.entries()) {
      if (index === 2)
        expect(contentOf(new Uint8Array(await (await entry.getBlob()).arrayBuffer()))).toEqual(
          pictures[2]?.content,
        );
      index += 1;
    }
    expect(index).toBe(pictures.length);
  });

  it.each(['tar', 'tar.gz', 'zip'])('is found in a %s', async (kind) => {
    const files = await pack();
    const tar = kind === 'zip' ? await zipOf(files) : await tarOf(files);
    const archive = await openArchive(kind === 'tar.gz' ? await gzip(tar) : tar);
    expect(await found(archive)).toEqual(pictures);
    expect(archive.paths.length).toBe(pictures.length);
  });

  it('refuses an entry that is too large, and goes on with the next', async () => {
    const sizes: number[] = [];
    for await (const { sizeBytes } of (await openSet(format, await pack())).entries()) sizes.push(sizeBytes);
    const entryBytes = Math.max(...sizes) - 1;
    const archive = await openSet(format, await pack(), { entryBytes, totalBytes: 1e6 });
    expect(await found(archive)).toEqual(
      pictures.map((picture, index) =>
        (sizes[index] ?? 0) > entryBytes ? { ...picture, content: 'archiveUnreadable' } : picture,
      ),
    );
  });

  it('stops at the limit of all entries together', async () => {
    let totalBytes = -1;
    for await (const { sizeBytes } of (await openSet(format, await pack())).entries())
      totalBytes += sizeBytes;
    const error = await failure(openSet(format, await pack(), { entryBytes: 1e6, totalBytes }).then(found));
    expect(error).toMatchObject({ code: 'archiveUnreadable', details: { limitBytes: totalBytes } });
  });

  // Of pictures that are files of their own, the reader of pictures tells.
  if (!format.isOfPictures) {
    it.each([0.3, 0.6, 0.95])('names files of which only %f is there', async (fraction) => {
      const files = await pack();
      for (const name of pictureFiles) {
        const whole = files[name] ?? new Blob();
        const cut = { ...files, [name]: whole.slice(0, Math.floor(whole.size * fraction)) };
        expect((await failure(openSet(format, cut).then(found))).code, name).toBe('archiveUnreadable');
      }
    });
  }

  it('ends with pictures or a named error, whatever is changed', async () => {
    const files = await pack();
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let round = 0; round < 60; round++) {
      const names = Object.keys(files);
      const name = names[round % names.length] ?? '';
      const bytes = new Uint8Array(await (files[name] ?? new Blob()).arrayBuffer());
      // Heads and ends, where sizes stand, more often than the rest.
      const near = random(Math.min(bytes.length, 64));
      const at = [near, bytes.length - 1 - near, random(bytes.length)][round % 3] ?? 0;
      bytes[at] = random(256);
      const broken = { ...files, [name]: new Blob([bytes]) };
      const thrown = await openSet(format, broken)
        .then(found)
        .then(
          () => null,
          (error: unknown) => error,
        );
      if (thrown !== null) expect(thrown, `${name} at ${at}`).toBeInstanceOf(AppError);
    }
  });
});
