/** Zips that lie or swell: what is unpacked is counted, whatever they say. */
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { CountedBlob, readCount } from '../../testing/weights/countedBlob.ts';
import { listZip } from './zipEntries.ts';

interface PackOptions {
  readonly level: number;
  readonly password?: string;
}

async function pack(
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  options: PackOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, zipCrypto: true, ...options });
  for (const [name, content] of Object.entries(files)) await zip.add(name, new Uint8ArrayReader(content));
  return zip.close();
}

/** Writes another number wherever the zip tells this one. */
function lying(zip: Uint8Array<ArrayBuffer>, size: number, told: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(zip.buffer);
  for (let at = 0; at + 4 <= zip.length; at++) {
    if (view.getUint32(at, true) === size) view.setUint32(at, told, true);
  }
  return zip;
}

async function blobOf(zip: Uint8Array<ArrayBuffer>, name: string): Promise<Blob> {
  const file = (await listZip(new CountedBlob(zip))).get(name);
  if (!file) throw new Error(`no ${name}`);
  return file.toBlob();
}

async function contentOf(zip: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array> {
  return new Uint8Array(await (await blobOf(zip, name)).arrayBuffer());
}

const text = new TextEncoder().encode('weights '.repeat(1000));

describe('a zip of weights', () => {
  it.each([0, 6])('gives its files, packed or not: level %i', async (level) => {
    const zip = await pack({ 'a/b': text, c: new Uint8Array(3) }, { level });
    expect(await contentOf(zip, 'a/b')).toEqual(text);
    expect(await contentOf(zip, 'c')).toEqual(new Uint8Array(3));
  });

  it('gives a file that lies unpacked without reading it', async () => {
    const zip = await pack({ large: new Uint8Array(5_000_000), small: text }, { level: 0 });
    readCount.bytes = 0;
    const files = await listZip(new CountedBlob(zip));
    const blob = await files.get('large')?.toBlob();
    expect(blob?.size).toBe(5_000_000);
    expect(readCount.bytes).toBeLessThan(200_000);
  });

  it('is refused where it unpacks to far more than it is', async () => {
    const zip = await pack({ bomb: new Uint8Array(40_000_000) }, { level: 9 });
    expect(zip.length).toBeLessThan(100_000);
    await expect(blobOf(zip, 'bomb')).rejects.toMatchObject({
      code: 'weightsFileTooLarge',
      details: { place: 'bomb' },
    });
  });

  it('is refused where its files do so only together', async () => {
    const part = new Uint8Array(9_000_000);
    const files = await listZip(
      new CountedBlob(await pack({ first: part, second: part, third: part }, { level: 9 })),
    );
    expect((await files.get('first')?.toBlob())?.size).toBe(part.length);
    await expect(files.get('second')?.toBlob()).rejects.toMatchObject({ code: 'weightsFileTooLarge' });
  });

  it('is refused where a file holds more than it says', async () => {
    const zip = lying(await pack({ bomb: new Uint8Array(40_000_001) }, { level: 9 }), 40_000_001, 100);
    await expect(blobOf(zip, 'bomb')).rejects.toMatchObject({ code: 'weightsFileDamaged' });
  });

  it('is refused where a file that lies unpacked would end past its end', async () => {
    const zip = lying(await pack({ short: text }, { level: 0 }), text.length, 1_000_000_000);
    await expect(blobOf(zip, 'short')).rejects.toMatchObject({ code: 'weightsFileDamaged' });
  });

  it('is refused where two files have one name', async () => {
    const zip = await pack({ one: text, two: text }, { level: 0 });
    const [from, to] = [new TextEncoder().encode('two'), new TextEncoder().encode('one')];
    for (let at = 0; at < zip.length; at++)
      if (from.every((byte, i) => zip[at + i] === byte)) zip.set(to, at);
    await expect(listZip(new CountedBlob(zip))).rejects.toMatchObject({
      code: 'weightsFileDamaged',
      details: { place: 'one' },
    });
  });

  it('is not opened where it is locked', async () => {
    const zip = await pack({ secret: text }, { level: 0, password: 'x' });
    await expect(blobOf(zip, 'secret')).rejects.toMatchObject({ code: 'weightsFileUnsupported' });
  });
});
