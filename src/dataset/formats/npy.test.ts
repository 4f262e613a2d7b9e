import { expect, it } from 'vitest';
import { toNpy } from '../../testing/dataset/npy.ts';
import { zipOf } from '../../testing/dataset/samples/zip.ts';
import { toArrayRole } from '../binary/npyArrays.ts';
import { toFileSource, toPackedFile } from '../binary/packedFiles.ts';
import { ARCHIVE_LIMITS } from '../datasetFormat.ts';
import { detectDatasetFormat } from '../registry.ts';
import { format } from './npy.ts';
import { format as npz } from './npz.ts';

async function read(files: Readonly<Record<string, Blob>>) {
  const packed = Object.entries(files).map(([path, file]) => toPackedFile(path, file));
  const archive = await format.open(toFileSource('', packed), { limits: ARCHIVE_LIMITS });
  const found: unknown[] = [];
  for await (const { label } of archive?.entries() ?? []) found.push([label?.className, label?.split]);
  return found;
}

const images = toNpy('|u1', [2, 1, 1], Uint8Array.of(1, 2));
const labels = toNpy('|u1', [2], Uint8Array.of(3, 4));

it('pairs arrays by the names that people give them', () => {
  const keyOf = (name: string) => [toArrayRole(name)?.kind, toArrayRole(name)?.key];
  for (const [first, second] of [
    ['train_images.npy', 'train_labels.npy'],
    ['x_train.npy', 'y_train.npy'],
    ['X.npy', 'y.npy'],
    ['a/images.npy', 'a/labels.npy'],
    ['data-test.npy', 'targets-test.npy'],
  ] as const) {
    expect(keyOf(first)[0]).toBe('images');
    expect(keyOf(second)).toEqual(['labels', keyOf(first)[1]]);
  }
  expect(toArrayRole('weights.npy')).toBeNull();
  expect(keyOf('x_train.npy')[1]).not.toBe(keyOf('x_test.npy')[1]);
});

it('reads labels of any type of whole numbers', async () => {
  const types: readonly (readonly [string, Uint8Array])[] = [
    ['<i4', new Uint8Array(Int32Array.of(3, 4).buffer)],
    ['>i2', Uint8Array.of(0, 3, 0, 4)],
    ['<f4', new Uint8Array(Float32Array.of(3, 4).buffer)],
    ['<u8', new Uint8Array(BigUint64Array.of(3n, 4n).buffer)],
  ];
  for (const [descr, values] of types)
    expect(await read({ 'images.npy': images, 'labels.npy': toNpy(descr, [2, 1], values) })).toEqual([
      ['3', null],
      ['4', null],
    ]);
});

it('names the array that is missing', async () => {
  await expect(read({ 'x_train.npy': images })).rejects.toMatchObject({
    code: 'setFileMissing',
    details: { name: 'y_train.npy' },
  });
  await expect(read({ 'val_images.npy': images })).rejects.toMatchObject({
    details: { name: 'val_labels.npy' },
  });
});

it('says what is no pictures with one label each', async () => {
  const four = new Uint8Array(4);
  const sixteen = new Uint8Array(16);
  for (const files of [
    { 'x.npy': toNpy('<f4', [1, 2, 2], sixteen), 'y.npy': toNpy('|u1', [1], four) },
    { 'x.npy': toNpy('|u1', [2, 2], four), 'y.npy': labels },
    { 'x.npy': toNpy('|u1', [2, 1, 1, 2], four), 'y.npy': labels },
    { 'x.npy': toNpy('|u1', [2, 0, 1], four), 'y.npy': labels },
    { 'x.npy': images, 'y.npy': toNpy('|u1', [2, 2], four) },
    { 'x.npy': images, 'y.npy': toNpy('|u1', [4], four) },
    { 'x.npy': images, 'y.npy': toNpy('<f4', [2], new Uint8Array(Float32Array.of(0.5, 1).buffer)) },
    { 'x.npy': images, 'y.npy': toNpy('<U3', [2], new Uint8Array(24)) },
    { 'y.npy': labels },
  ])
    await expect(read(files)).rejects.toMatchObject({ code: 'setUnknown' });
});

it('takes no length on trust', async () => {
  for (const shape of [[4_000_000_000], [9_007_199_254_740_991, 1]])
    await expect(
      read({ 'x.npy': images, 'y.npy': toNpy('<i8', shape, new Uint8Array(8)) }),
    ).rejects.toMatchObject({
      code: 'archiveUnreadable',
    });
});

it('knows an npz by its content, and says where it holds no pictures', async () => {
  const file = await zipOf({ 'a.npy': images });
  expect(await detectDatasetFormat(file)).toBe(npz);
  const source = toFileSource('', [toPackedFile('a.npz', file)]);
  await expect(npz.open(source, { limits: ARCHIVE_LIMITS })).rejects.toMatchObject({ code: 'setUnknown' });
});
