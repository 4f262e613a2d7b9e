import { describe, expect, it } from 'vitest';
import { CountedBlob, readCount } from '../../../testing/weights/countedBlob.ts';
import { openTensorFile } from '../registry.ts';
import type { TensorFile } from '../tensorFile.ts';

/** @param told length of the header, where it is not its own */
function pack(header: string, dataBytes: number, told?: bigint): Blob {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, told ?? BigInt(text.length), true);
  bytes.set(text, 8);
  for (let i = 0; i < Math.floor(dataBytes / 4); i++)
    new DataView(bytes.buffer).setFloat32(8 + text.length + 4 * i, i, true);
  return new CountedBlob(bytes);
}

const entry = (start: number, end: number, shape: readonly number[], dtype = 'F32') =>
  JSON.stringify({ dtype, shape, data_offsets: [start, end] });
const open = (blob: Blob): Promise<TensorFile> => openTensorFile([{ name: 'made.safetensors', blob }]);

describe('safetensors', () => {
  it('gives tensors one by one, whatever order they are listed in', async () => {
    const file = await open(
      pack(`{"__metadata__":{"a":"b"},"b":${entry(8, 24, [2, 2])},"a":${entry(0, 8, [2])}}  `, 24),
    );
    expect([...file.tensors]).toEqual([
      ['b', { shape: [2, 2], dtype: 'float32', sizeBytes: 16 }],
      ['a', { shape: [2], dtype: 'float32', sizeBytes: 8 }],
    ]);
    readCount.bytes = 0;
    expect([...(await file.read('b'))]).toEqual([2, 3, 4, 5]);
    expect(readCount.bytes).toBe(16);
    await expect(file.read('c')).rejects.toThrow('no tensor c');
  });

  it('takes names of any kind, empty tensors and single numbers', async () => {
    const file = await open(pack(`{"__proto__":${entry(0, 4, [])},"a\\"b{":${entry(4, 4, [0, 3])}}`, 4));
    expect([...file.tensors.keys()]).toEqual(['__proto__', 'a"b{']);
    expect([...(await file.read('__proto__'))]).toEqual([0]);
    expect([...(await file.read('a"b{'))]).toEqual([]);
  });

  it.each<[string, string, object, Blob]>([
    ['a header longer than the file', 'header', { code: 'weightsFileDamaged' }, pack('{}', 0, 1000n)],
    ['a header of 2⁶⁴ − 1 bytes', 'header', { code: 'weightsFileDamaged' }, pack('{}', 0, 2n ** 64n - 1n)],
    ['a header that is no JSON', 'header', { code: 'weightsFileDamaged' }, pack('{"a":', 0)],
    [
      'a header cut short',
      'header',
      { code: 'weightsFileDamaged' },
      pack(`{"a":${entry(0, 4, [1])}}`, 4, 9n),
    ],
    [
      'a tensor listed twice',
      'a',
      { code: 'weightsFileDamaged' },
      pack(`{"a":${entry(0, 4, [1])},"a":${entry(0, 4, [1])}}`, 4),
    ],
    [
      'the same in other letters',
      'a',
      { code: 'weightsFileDamaged' },
      pack(`{"a":${entry(0, 4, [1])},"\\u0061":${entry(0, 4, [1])}}`, 4),
    ],
    ['a negative side', 'a', { code: 'weightsFileDamaged' }, pack(`{"a":${entry(0, 4, [-1])}}`, 4)],
    ['two negative sides', 'a', { code: 'weightsFileDamaged' }, pack(`{"a":${entry(0, 4, [-1, -1])}}`, 4)],
    [
      'a side that is no whole number',
      'a',
      { code: 'weightsFileDamaged' },
      pack(`{"a":${entry(0, 6, [1.5])}}`, 6),
    ],
    [
      'a side that is no number',
      'a',
      { code: 'weightsFileDamaged' },
      pack('{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}', 4),
    ],
    [
      'a product beyond all numbers',
      'a',
      { code: 'weightsFileTooLarge' },
      pack(`{"a":${entry(0, 4, [2 ** 40, 2 ** 40])}}`, 4),
    ],
    [
      'a tensor of 2 GB',
      'a',
      { code: 'weightsFileTooLarge' },
      pack(`{"a":${entry(0, 2 ** 31, [2 ** 29])}}`, 4),
    ],
    ['fewer bytes than its shape', 'a', { code: 'weightsFileDamaged' }, pack(`{"a":${entry(0, 4, [2])}}`, 4)],
    [
      'tensors over each other',
      'b',
      { code: 'weightsFileDamaged' },
      pack(`{"a":${entry(0, 8, [2])},"b":${entry(4, 12, [2])}}`, 12),
    ],
    [
      'tensors at one place',
      'b',
      { code: 'weightsFileDamaged' },
      pack(`{"a":${entry(0, 4, [1])},"b":${entry(0, 4, [1])}}`, 4),
    ],
    [
      'a gap',
      'b',
      { code: 'weightsFileDamaged' },
      pack(`{"a":${entry(0, 4, [1])},"b":${entry(8, 12, [1])}}`, 12),
    ],
    ['a tensor past the end', 'a', { code: 'weightsFileDamaged' }, pack(`{"a":${entry(0, 8, [2])}}`, 4)],
    ['bytes left over', 'a', { code: 'weightsFileDamaged' }, pack(`{"a":${entry(0, 4, [1])}}`, 8)],
    [
      'offsets the wrong way round',
      'a',
      { code: 'weightsFileDamaged' },
      pack(`{"a":${entry(4, 0, [1])}}`, 4),
    ],
    [
      'numbers of eight bits',
      'a: F8_E4M3',
      { code: 'weightsFileUnsupported' },
      pack(`{"a":${entry(0, 4, [4], 'F8_E4M3')}}`, 4),
    ],
  ])('refuses %s', async (_what, place, reason, blob) => {
    readCount.bytes = 0;
    const thrown = await open(blob).catch((error: unknown) => error);
    expect(thrown).toMatchObject(reason);
    expect(Object.values((thrown as { details: object }).details)).toEqual([place]);
    // The head, once more as the length and the list, and nothing that the file merely claims.
    expect(readCount.bytes).toBeLessThanOrEqual(2 * blob.size + 8);
  });

  it('refuses a list that is too long, before it is read', async () => {
    const blob = pack(`{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`, 0);
    readCount.bytes = 0;
    await expect(open(blob)).rejects.toMatchObject({ code: 'weightsFileTooLarge' });
    expect(readCount.bytes).toBeLessThan(5_000);
  });
});
