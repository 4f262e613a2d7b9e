/**
 * Pictures and labels as arrays that belong together by their names: `train_images` and `train_labels` of MedMNIST,
 * `x_test` and `y_test` of Keras, `images` and `labels`.
 */
import { AppError } from '../../shared/errors.ts';
import type { Archive, ArchiveLimits, FileSource, OpenContext, PackedFile } from '../datasetFormat.ts';
import type { RawStrides } from './bmp.ts';
import { type OpenNpy, openNpy, readNpyNumbers } from './npyFile.ts';
import { fileNameOf, unknownSet } from './packedFiles.ts';
import {
  type CountedFile,
  createSetArchive,
  nameOfClass,
  type SetPicture,
  splitOfPath,
  toSetPicture,
} from './setArchive.ts';

const IMAGE_WORDS = new Set(['images', 'image', 'imgs', 'x', 'data', 'pictures']);
const LABEL_WORDS = new Set(['labels', 'label', 'y', 'target', 'targets']);

interface ArrayRole {
  readonly kind: 'images' | 'labels';
  /** The same for both arrays of a pair. */
  readonly key: string;
  /** What the other is called most likely. */
  readonly partner: string;
}

const PARTNERS: Readonly<Record<string, string>> = { x: 'y', y: 'x', image: 'label', label: 'image' };

/** What an array is by its name; null of any other. */
export function toArrayRole(path: string): ArrayRole | null {
  const name = fileNameOf(path).replace(/\.npy$/i, '');
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  const at = words.findIndex((word) => IMAGE_WORDS.has(word) || LABEL_WORDS.has(word));
  const word = words[at];
  if (word === undefined) return null;
  const kind = IMAGE_WORDS.has(word) ? 'images' : 'labels';
  const partner = PARTNERS[word] ?? (kind === 'images' ? 'labels' : 'images');
  const others = words.filter((_, index) => index !== at);
  const key = `${path.slice(0, path.length - fileNameOf(path).length)}${others.join('_')}`;
  return { kind, key, partner: words.map((one, index) => (index === at ? partner : one)).join('_') };
}

interface ImageArray extends CountedFile {
  readonly key: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pictureBytes: number;
  readonly strides: RawStrides;
}

/** `[count, height, width]`, with or without one or three channels behind. */
function toImageArray(path: string, key: string, { dtype, shape }: OpenNpy): ImageArray {
  const [count = 0, heightPx = 0, widthPx = 0, channels = 1, ...more] = shape;
  const isBytes = dtype.numberKind === 'u' && dtype.itemBytes === 1;
  const isPictures = shape.length >= 3 && more.length === 0 && (channels === 1 || channels === 3);
  if (!isBytes || !isPictures || heightPx * widthPx === 0)
    throw unknownSet(
      `${path} holds no pictures: ${shape.join(' × ')} of ${dtype.numberKind}${dtype.itemBytes}`,
    );
  return {
    ...{ path, key, count, widthPx, heightPx },
    pictureBytes: heightPx * widthPx * channels,
    strides: { x: channels, y: channels * widthPx, channel: channels === 3 ? 1 : 0 },
  };
}

/** `[count]` or `[count, 1]`. */
async function readLabels(path: string, array: OpenNpy): Promise<readonly number[]> {
  const { shape } = array;
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1))
    throw unknownSet(`${path} is not one label each`);
  const labels = await readNpyNumbers(array);
  if (!labels.every(Number.isInteger)) throw unknownSet(`${path} has labels that are no whole numbers`);
  return labels;
}

async function withNpy<T>(
  file: PackedFile,
  limits: ArchiveLimits,
  use: (array: OpenNpy) => T | Promise<T>,
): Promise<T> {
  const array = await openNpy(file, limits);
  try {
    return await use(array);
  } finally {
    await array.reader.close();
  }
}

/** The pictures of all pairs of arrays. @throws AppError `setFileMissing`, `setUnknown`, `archiveUnreadable` */
export async function openNpyArrays(source: FileSource, { limits }: OpenContext): Promise<Archive> {
  const images: ImageArray[] = [];
  const labels = new Map<string, readonly number[]>();
  for await (const file of source.files()) {
    const { path } = file;
    const role = toArrayRole(path);
    if (role?.kind === 'images')
      images.push(await withNpy(file, limits, (array) => toImageArray(path, role.key, array)));
    else if (role) labels.set(role.key, await withNpy(file, limits, (array) => readLabels(path, array)));
  }
  if (images.length === 0) throw unknownSet('no array has a name that stands for pictures');
  for (const { path, key, count } of images) {
    const found = labels.get(key);
    if (!found) throw new AppError('setFileMissing', { name: `${toArrayRole(path)?.partner}.npy` });
    if (found.length !== count) throw unknownSet(`not a label for each picture of ${path}`);
  }

  async function* walk(): AsyncGenerator<readonly [ImageArray, SetPicture], void, undefined> {
    for await (const file of source.files()) {
      const array = images.find(({ path }) => path === file.path);
      if (!array) continue;
      const split = splitOfPath(file.path) ?? splitOfPath(source.path);
      const { reader } = await openNpy(file, limits);
      try {
        for (const label of labels.get(array.key) ?? []) {
          const values = await reader.need(array.pictureBytes);
          yield [array, toSetPicture({ ...array, values }, { className: nameOfClass([], label), split })];
        }
      } finally {
        await reader.close();
      }
    }
  }
  return createSetArchive(images, '.bmp', walk, limits);
}
