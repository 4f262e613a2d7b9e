import { describe, expect, it } from 'vitest';
import { contentOf, samplePixels } from '../../testing/dataset/pixels.ts';
import { sample, toCifarRecord } from '../../testing/dataset/samples/cifar.ts';
import { CALLS_SYSTEM, CIFAR_100_BATCH } from '../../testing/unpickle/pickles.ts';
import { toFileSource, toPackedFile } from '../binary/packedFiles.ts';
import { ARCHIVE_LIMITS, type EntryLabel } from '../datasetFormat.ts';
import { format } from './cifar.ts';

type Files = Readonly<Record<string, Blob>>;

async function openSet(files: Files) {
  const claimed = format.claims(Object.keys(files));
  const packed = claimed.map((path) => toPackedFile(path, files[path] ?? new Blob()));
  const archive = await format.open(toFileSource('', packed), { limits: ARCHIVE_LIMITS });
  if (!archive) throw new Error('no set');
  return archive;
}

async function read(
  files: Files,
): Promise<readonly (readonly [string, EntryLabel | undefined, Uint8Array])[]> {
  const found: (readonly [string, EntryLabel | undefined, Uint8Array])[] = [];
  for await (const { path, label, getBlob } of (await openSet(files)).entries())
    found.push([path, label, contentOf(new Uint8Array(await (await getBlob()).arrayBuffer()))]);
  return found;
}

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Red, green and blue of a pixel from values that stand channel by channel. */
function toRgb(values: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: values.length },
    (_, index) => values[(index % 3) * 1024 + Math.floor(index / 3)] ?? 0,
  );
}

describe('binary batches', () => {
  it('of CIFAR-100 take the fine label', async () => {
    const pixels = samplePixels(1, 32, 32, 3);
    const record = toCifarRecord({ className: 'bird', split: null, content: pixels });
    const names = Array.from({ length: 100 }, (_, index) => `name ${index}`).join('\n');
    const found = await read({
      'cifar-100-binary/fine_label_names.txt': new Blob([names]),
      'cifar-100-binary/coarse_label_names.txt': new Blob(['no']),
      'cifar-100-binary/train.bin': new Blob([Uint8Array.of(9, 77), record.subarray(1)]),
      'cifar-100-binary/test.bin': new Blob([Uint8Array.of(9, 3), record.subarray(1)]),
    });
    expect(found).toEqual([
      ['cifar-100-binary/train.bin/0.bmp', { className: 'name 77', split: 'train' }, pixels],
      ['cifar-100-binary/test.bin/0.bmp', { className: 'name 3', split: 'test' }, pixels],
    ]);
  });

  it('have numbers for classes where the names are missing', async () => {
    const { 'cifar/batches.meta.txt': _, ...batches } = await sample.pack();
    expect((await read(batches)).map(([, label]) => label?.className)).toEqual(['0', '1', '2', '0', '1']);
  });

  it('with a class that there is not are none', async () => {
    const record = new Uint8Array(3073).fill(10);
    await expect(read({ 'data_batch_1.bin': new Blob([record]) })).rejects.toMatchObject({
      code: 'setUnknown',
    });
  });
});

describe('pickles', () => {
  /** As Python 2 wrote them: strings are bytes, arrays a `_reconstruct` with a state behind it. */
  function python2Batch(labels: readonly number[], values: Uint8Array): Blob {
    const size = new Uint8Array(Uint32Array.of(values.length).buffer);
    return new Blob([
      bytesOf(`\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x04testq\x03U\x06labelsq\x04]q\x05(`),
      bytesOf(`${labels.map((label) => `K${String.fromCharCode(label)}`).join('')}e`),
      bytesOf(
        'U\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87R',
      ),
      bytesOf(`(K\x01K${String.fromCharCode(labels.length)}M\x00\x0c\x86`),
      bytesOf(
        'cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T',
      ),
      size,
      new Uint8Array(values),
      bytesOf('tbU\tfilenamesq\x09]u.'),
    ]);
  }

  it('of Python 2 are read', async () => {
    const values = samplePixels(3, 64, 32, 3);
    const meta = bytesOf('\x80\x02}U\x0blabel_names](U\x03catU\x03doges.');
    const found = await read({
      'cifar-10-batches-py/test_batch': python2Batch([1, 0], values),
      'cifar-10-batches-py/batches.meta': new Blob([meta]),
    });
    expect(found).toEqual([
      [
        'cifar-10-batches-py/test_batch/0.bmp',
        { className: 'dog', split: 'test' },
        toRgb(values.subarray(0, 3072)),
      ],
      [
        'cifar-10-batches-py/test_batch/1.bmp',
        { className: 'cat', split: 'test' },
        toRgb(values.subarray(3072)),
      ],
    ]);
  });

  it('of Python 3 are read', async () => {
    const unzipped = new Blob([fromBase64(CIFAR_100_BATCH)])
      .stream()
      .pipeThrough(new DecompressionStream('gzip'));
    const values = Uint8Array.from({ length: 6144 }, (_, index) => Math.floor(index / 16) % 200);
    expect(await read({ 'cifar-100-python/train': await new Response(unzipped).blob() })).toEqual([
      ['cifar-100-python/train/0.bmp', { className: '1', split: 'train' }, toRgb(values.subarray(0, 3072))],
      ['cifar-100-python/train/1.bmp', { className: '0', split: 'train' }, toRgb(values.subarray(3072))],
    ]);
  });

  it('that ask for more are refused, and those without pictures are none', async () => {
    for (const base64 of CALLS_SYSTEM)
      await expect(read({ data_batch_1: new Blob([fromBase64(base64)]) })).rejects.toMatchObject({
        code: 'pickleRefused',
        details: { name: 'posix.system' },
      });
    await expect(read({ data_batch_1: new Blob([bytesOf('}.')]) })).rejects.toMatchObject({
      code: 'setUnknown',
    });
    await expect(read({ data_batch_1: new Blob([bytesOf('}')]) })).rejects.toMatchObject({
      code: 'archiveUnreadable',
    });
    const short = python2Batch([1], new Uint8Array(3071));
    await expect(read({ data_batch_1: short })).rejects.toMatchObject({ code: 'archiveUnreadable' });
  });
});
