import { expect, it } from 'vitest';
import { contentOf, grayToRgb } from '../../testing/dataset/pixels.ts';
import { sample, toIdx } from '../../testing/dataset/samples/idx.ts';
import { gzip } from '../../testing/dataset/samples/tarGz.ts';
import { toFileSource, toPackedFile } from '../binary/packedFiles.ts';
import { ARCHIVE_LIMITS } from '../datasetFormat.ts';
import { detectDatasetFormat } from '../registry.ts';
import { format } from './idx.ts';

type Files = Readonly<Record<string, Blob>>;

async function read(files: Files, folder = '', names = format.claims(Object.keys(files))) {
  const packed = names.map((path) => toPackedFile(path, files[path] ?? new Blob()));
  const archive = await format.open(toFileSource(folder, packed), { limits: ARCHIVE_LIMITS });
  const found: (readonly [string | null | undefined, string | null | undefined, Uint8Array])[] = [];
  for await (const { label, getBlob } of archive?.entries() ?? [])
    found.push([
      label?.className,
      label?.split,
      contentOf(new Uint8Array(await (await getBlob()).arrayBuffer())),
    ]);
  return found;
}

const classesOf = async (files: Files, folder?: string) => (await read(files, folder)).map(([name]) => name);
const pair = (name: string, labels: readonly number[]): Files => ({
  [`${name}-images-idx3-ubyte`]: toIdx([labels.length, 1, 1], new Uint8Array(labels.length)),
  [`${name}-labels-idx1-ubyte`]: toIdx([labels.length], Uint8Array.from(labels)),
});

it('reads files of gzip, and those that a browser has unpacked under the same name', async () => {
  const files = await sample.pack();
  const zipped: Record<string, Blob> = {};
  for (const [path, file] of Object.entries(files))
    zipped[`${path}.gz`] = path.includes('labels') ? file : await gzip(file);
  expect((await read(zipped)).map(([, , content]) => content)).toEqual(
    sample.pictures.map(({ content }) => content),
  );
});

it('turns the pictures of EMNIST over, and names its letters', async () => {
  const files = {
    'emnist-letters-train-images-idx3-ubyte': toIdx([1, 3, 2], Uint8Array.of(1, 2, 3, 4, 5, 6)),
    'emnist-letters-train-labels-idx1-ubyte': toIdx([1], Uint8Array.of(2)),
  };
  expect(await read(files)).toEqual([['B', 'train', grayToRgb(Uint8Array.of(1, 4, 2, 5, 3, 6))]]);
});

it('takes names from the mapping of EMNIST, else from what its name says', async () => {
  expect(await classesOf(pair('emnist-byclass-test', [0, 10, 36, 61]))).toEqual(['0', 'A', 'a', 'z']);
  expect(await classesOf(pair('emnist-balanced-test', [46]))).toEqual(['t']);
  expect(await classesOf(pair('emnist-digits-test', [7]))).toEqual(['7']);
  const mapping = new Blob(['0 48\n1 90 122\r\n']);
  expect(
    await classesOf({ ...pair('emnist-balanced-test', [0, 1, 2]), 'emnist-balanced-mapping.txt': mapping }),
  ).toEqual(['0', 'Z', '2']);
});

it('knows Fashion-MNIST by its folder alone, since its files are called as those of MNIST', async () => {
  expect(await classesOf(pair('train', [0, 9]), 'data/FashionMNIST/raw')).toEqual([
    'T-shirt/top',
    'Ankle boot',
  ]);
  expect(await classesOf(pair('train', [0, 9]), 'data/MNIST/raw')).toEqual(['0', '9']);
});

it('names the file that is missing', async () => {
  const files = await sample.pack();
  for (const [left, name] of [
    ['raw/train-labels-idx1-ubyte', 'train-labels-idx1-ubyte'],
    ['raw/t10k-images-idx3-ubyte', 't10k-images-idx3-ubyte'],
  ] as const) {
    const { [left]: _, ...others } = files;
    await expect(read(others)).rejects.toMatchObject({ code: 'setFileMissing', details: { name } });
  }
  const gz = { 'train-images-idx3-ubyte.gz': await gzip(toIdx([0, 1, 1], new Uint8Array(0))) };
  await expect(read(gz)).rejects.toMatchObject({ details: { name: 'train-labels-idx1-ubyte.gz' } });
});

it('says what is no set of bytes', async () => {
  const others = { ...pair('train', [1, 2]), 'train-labels-idx1-ubyte': toIdx([1], Uint8Array.of(1)) };
  await expect(read(others)).rejects.toMatchObject({ code: 'setUnknown' });
  const floats = { ...pair('train', [1]), 'train-images-idx3-ubyte': new Blob([Uint8Array.of(0, 0, 13, 3)]) };
  await expect(read(floats)).rejects.toMatchObject({ code: 'setUnknown' });
  const none = { ...pair('train', [1]), 'train-images-idx3-ubyte': toIdx([1, 0, 5], new Uint8Array(0)) };
  await expect(read(none)).rejects.toMatchObject({ code: 'setUnknown' });
});

it('knows files under other names by their head, and pairs them', async () => {
  const images = toIdx([2, 1, 1], Uint8Array.of(1, 2));
  const labels = toIdx([2], Uint8Array.of(5, 6));
  expect(await detectDatasetFormat(images)).toBe(format);
  expect(await detectDatasetFormat(labels)).toBe(format);
  expect(await detectDatasetFormat(new Blob([images, 'more']))).toBeNull();
  const files = { 'my.images': images, 'my.labels': labels };
  expect((await read(files, '', Object.keys(files))).map(([name]) => name)).toEqual(['5', '6']);
});
