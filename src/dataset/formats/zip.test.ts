import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import { expect, it } from 'vitest';
import { textOrCode } from '../../testing/dataset/sample.ts';
import { ARCHIVE_LIMITS } from '../datasetFormat.ts';
import { format } from './zip.ts';

const context = { limits: ARCHIVE_LIMITS };

async function zip(files: Readonly<Record<string, string>>, options = {}): Promise<Blob> {
  const writer = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  for (const [name, text] of Object.entries(files)) await writer.add(name, new TextReader(text), options);
  return writer.close();
}

async function texts(file: Blob): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of (await format.open(file, context)).entries()) found.push(await textOrCode(entry));
  return found;
}

it('takes documents that are zip files for no data set', async () => {
  for (const [name, isDataset] of [
    ['[Content_Types].xml', false],
    ['META-INF/MANIFEST.MF', false],
    ['cats/1.jpg', true],
  ] as const) {
    const head = new Uint8Array(await (await zip({ [name]: 'text' })).arrayBuffer());
    expect(format.detects({ head, sizeBytes: head.length }), name).toBe(isDataset);
  }
});

it('finds a broken entry by its checksum, and the others stay readable', async () => {
  const packed = await zip({ 'a.jpg': 'aaaa', 'b.jpg': 'bbbb' }, { level: 0 });
  const bytes = new Uint8Array(await packed.arrayBuffer());
  const at = new TextDecoder('latin1').decode(bytes).indexOf('aaaa');
  bytes[at] = 0x7a;
  expect(await texts(new Blob([bytes]))).toEqual(['archiveUnreadable', 'bbbb']);
});

it('turns the backslashes of old packers into folders', async () => {
  const archive = await format.open(await zip({ 'cats\\1.jpg': 'one' }), context);
  expect(archive.paths).toEqual(['cats/1.jpg']);
});

it('does not unpack more than an entry states', async () => {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  await writer.add('bomb.png', new Uint8ArrayReader(new Uint8Array(5_000_000)));
  const bytes = new Uint8Array(await (await writer.close()).arrayBuffer());
  // The table of contents lies: 100 bytes.
  const directory = new TextDecoder('latin1').decode(bytes).indexOf('PK\x01\x02');
  new DataView(bytes.buffer).setUint32(directory + 24, 100, true);
  expect(await texts(new Blob([bytes]))).toEqual(['archiveUnreadable']);
});
