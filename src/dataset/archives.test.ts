import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import type { Archive } from './archive.ts';
import { openArchive } from './archives.ts';
import { DETECT_BYTES, detectFormat } from './fileFormats.ts';
import { readHead } from './sniff.ts';
import { isGzippedTar } from './tar.ts';

const FILES: Record<string, string> = {
  'cats/1.jpg': 'one',
  'cats/2.jpg': 'two',
  '../dogs/3.jpg': 'three',
  'a rather long folder name that does not fit/into the hundred bytes of the first tar format/空/4.jpg':
    'four',
};

async function zip(files: Record<string, string>, options = {}): Promise<Blob> {
  const writer = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  await writer.add('cats/', undefined, { directory: true });
  for (const [name, text] of Object.entries(files)) await writer.add(name, new TextReader(text), options);
  return writer.close();
}

async function tar(files: Record<string, string>): Promise<Blob> {
  const entries = Object.entries(files).map(([name, body]) => ({
    header: { name, size: new TextEncoder().encode(body).length, type: 'file' as const },
    body,
  }));
  return new Blob([await packTar([{ header: { name: 'cats/', size: 0, type: 'directory' } }, ...entries])]);
}

async function gzip(blob: Blob): Promise<Blob> {
  return new Response(blob.stream().pipeThrough(new CompressionStream('gzip'))).blob();
}

async function contents(archive: Archive): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of archive.entries()) found[entry.path] = await (await entry.getBlob()).text();
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

describe.each([
  ['zip', async () => zip(FILES)],
  ['tar', async () => tar(FILES)],
  ['gzip', async () => gzip(await tar(FILES))],
] as const)('%s', (format, pack) => {
  it('is known by its first bytes', async () => {
    expect(detectFormat(await readHead(await pack(), DETECT_BYTES))).toEqual({ kind: 'archive', format });
  });

  it('gives every file with its path and content', async () => {
    const archive = await openArchive(await pack(), format);
    expect(archive.paths).toEqual(Object.keys(FILES));
    expect(await contents(archive)).toEqual(FILES);
    // It can be walked again.
    expect(await contents(archive)).toEqual(FILES);
  });

  it('lets entries be passed over', async () => {
    const archive = await openArchive(await pack(), format);
    const texts: string[] = [];
    for await (const entry of archive.entries()) {
      if (entry.path === 'cats/2.jpg') texts.push(await (await entry.getBlob()).text());
    }
    expect(texts).toEqual(['two']);
  });

  it('refuses an entry that is too large, and goes on with the next', async () => {
    const archive = await openArchive(await pack(), format, { entryBytes: 4, totalBytes: 1e6 });
    const results: string[] = [];
    for await (const entry of archive.entries()) {
      results.push(
        await entry.getBlob().then(
          (blob) => blob.text(),
          (error: AppError) => error.code,
        ),
      );
    }
    expect(results).toEqual(['one', 'two', 'archiveUnreadable', 'four']);
  });

  it('stops at the limit of all entries together', async () => {
    const limits = { entryBytes: 100, totalBytes: 7 };
    const error = await failure(openArchive(await pack(), format, limits).then(contents));
    expect(error.code).toBe('archiveUnreadable');
    expect(error.details).toEqual({ limitBytes: 7 });
  });

  it('reports an archive that is cut off', async () => {
    const whole = await pack();
    const cut = whole.slice(0, Math.floor(whole.size * 0.6));
    expect((await failure(openArchive(cut, format).then(contents))).code).toBe('archiveUnreadable');
  });
});

describe('zip', () => {
  it('counts locked entries and reads the others', async () => {
    const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
    await writer.add('open.jpg', new TextReader('open'));
    await writer.add('locked.jpg', new TextReader('locked'), { password: 'secret' });
    const archive = await openArchive(await writer.close(), 'zip');
    expect(archive.encryptedCount).toBe(1);
    expect(await contents(archive)).toEqual({ 'open.jpg': 'open' });
  });

  it('finds a broken entry by its checksum, and the others stay readable', async () => {
    const packed = await zip({ 'a.jpg': 'aaaa', 'b.jpg': 'bbbb' }, { level: 0 });
    const bytes = new Uint8Array(await packed.arrayBuffer());
    const at = new TextDecoder('latin1').decode(bytes).indexOf('aaaa');
    bytes[at] = 0x7a;
    const archive = await openArchive(new Blob([bytes]), 'zip');
    const results: string[] = [];
    for await (const entry of archive.entries()) {
      results.push(
        await entry.getBlob().then(
          (blob) => blob.text(),
          (error: AppError) => error.code,
        ),
      );
    }
    expect(results).toEqual(['archiveUnreadable', 'bbbb']);
  });

  it('turns the backslashes of old packers into folders', async () => {
    const archive = await openArchive(await zip({ 'cats\\1.jpg': 'one' }), 'zip');
    expect(archive.paths).toEqual(['cats/1.jpg']);
  });

  it('does not unpack more than an entry states', async () => {
    const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
    await writer.add('bomb.png', new Uint8ArrayReader(new Uint8Array(5_000_000)));
    const bytes = new Uint8Array(await (await writer.close()).arrayBuffer());
    // The table of contents lies: 100 bytes.
    const directory = new TextDecoder('latin1').decode(bytes).indexOf('PK\x01\x02');
    new DataView(bytes.buffer).setUint32(directory + 24, 100, true);
    const archive = await openArchive(new Blob([bytes]), 'zip');
    for await (const entry of archive.entries()) {
      expect((await failure(entry.getBlob())).code).toBe('archiveUnreadable');
    }
  });
});

describe('isGzippedTar', () => {
  it('tells archives from other things that were compressed', async () => {
    expect(await isGzippedTar(await gzip(await tar(FILES)))).toBe(true);
    expect(await isGzippedTar(await gzip(new Blob(['only a text'])))).toBe(false);
    expect(await isGzippedTar(new Blob([new Uint8Array([0x1f, 0x8b, 8, 9, 9])]))).toBe(false);
  });
});
