/**
 * Small pictures as the pixels that a network from scratch reads, all of them in memory: decoded once, augmented at that
 * size, tens of thousands a second by the thread that waits for the learning anyway.
 */
import type { TrainExample } from '../../domain/checkpoint.ts';
import type { ContentHash } from '../../domain/picture.ts';
import type { InputNode } from '../../network/network.ts';
import { allocateBytes, allocateFloats } from '../../shared/allocate.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { sourceOfPixels, toExample } from '../features/augment/augmentPicture.ts';
import { isAugmenting } from '../features/augment/changes.ts';
import { type Recipe, recipesOf } from '../features/augment/recipes.ts';
import type { Pixels } from '../features/augment/warp.ts';
import { toInputTensorData } from '../features/pixels.ts';
import { type Activations, type ActivationsOptions, classesByHash, mixesOfRows } from './activations.ts';
import { readPixels } from './readPixels.ts';
import type { Session } from './session.ts';

const COLOURS = 3;
/** Larger pictures do not all fit; they are decoded anew in each epoch. */
const MOST_BYTES = 400 * 2 ** 20;
/** Between two looks at whether to stop. */
const PICTURES_TOGETHER = 512;

/** Whether the pixels of so many pictures find room. */
export function fitsInMemory(pictureCount: number, sizePx: number): boolean {
  return pictureCount * sizePx * sizePx * COLOURS <= MOST_BYTES;
}

type Options = Omit<ActivationsOptions, 'pool' | 'target' | 'shape'>;

/** @throws AppError `outOfMemory` */
export async function openPixelRows(
  session: Pick<Session, 'pool' | 'openTarget'>,
  input: InputNode,
  { examples, pictures, seed, sizePx, signal, finishSignal, pauseGate, ...options }: Options,
): Promise<Activations> {
  const augmentation =
    options.augmentation && isAugmenting(options.augmentation) ? options.augmentation : null;
  const blobs = new Map(pictures.map(({ hash, blob }) => [hash, blob]));
  const classOf = classesByHash(examples);
  const hashes = [...new Set(examples.map(({ hash }) => hash))];
  const slots = new Map(hashes.map((hash, slot) => [hash, slot]));
  const width = sizePx * sizePx * COLOURS;
  const bytes = allocateBytes(hashes.length * width);
  const known = new Set<ContentHash>();
  let recipes: ReadonlyMap<ContentHash, Recipe> = new Map();

  const hashOf = (row: number): ContentHash => (examples[row] as TrainExample).hash;

  async function decode(wanted: readonly ContentHash[]): Promise<void> {
    const files = wanted.map((hash) => {
      const blob = blobs.get(hash);
      if (!blob) throw new AppError('notFound', { what: hash });
      return blob;
    });
    await readPixels(session, input, files, {
      onPicture(index, pixels) {
        if (!pixels) throw new AppError('pictureUnreadable');
        const hash = wanted[index] as ContentHash;
        bytes.set(pixels, (slots.get(hash) ?? 0) * width);
        known.add(hash);
      },
      signal,
    });
  }

  /** `[sizePx, sizePx, 4]`, to write to. */
  function pixelsOf(hash: ContentHash): Pixels {
    const pixels = new Uint8ClampedArray(sizePx * sizePx * 4).fill(255);
    let from = (slots.get(hash) ?? 0) * width;
    for (let to = 0; to < pixels.length; to += 4) {
      for (let colour = 0; colour < COLOURS; colour++) pixels[to + colour] = bytes[from++] as number;
    }
    return pixels;
  }

  function augmented(hash: ContentHash): Pixels {
    const recipe = recipes.get(hash);
    if (!augmentation || !recipe) return pixelsOf(hash);
    const sourceOf = (one: ContentHash) => sourceOfPixels(pixelsOf(one), sizePx, 1);
    const { partner } = recipe;
    const other = partner && { source: sourceOf(partner.hash), seed: partner.seed };
    return toExample(sourceOf(hash), other, augmentation, recipe.seed);
  }

  async function rowsOf(
    rows: Int32Array,
    toPixels: (hash: ContentHash) => Pixels,
  ): Promise<Float32Array<ArrayBuffer>> {
    const missing = [...new Set([...rows].map(hashOf))].filter((hash) => !known.has(hash));
    if (missing.length > 0) await decode(missing);
    const values = allocateFloats(rows.length * width);
    rows.forEach((row, i) => {
      toInputTensorData(toPixels(hashOf(row)), input.preprocessing, values, i * width);
    });
    return values;
  }

  return {
    keptRows: examples.length,
    // All pictures are decoded beforehand, those of training as well.
    isAugmented: false,
    async prepare(rows, onDone) {
      const wanted = [...new Set([...rows].map(hashOf))].filter((hash) => !known.has(hash));
      for (let start = 0; start < wanted.length; start += PICTURES_TOGETHER) {
        await pauseGate?.wait();
        throwIfCancelled(signal);
        if (finishSignal?.aborted) return;
        await decode(wanted.slice(start, start + PICTURES_TOGETHER));
        onDone(Math.min(wanted.length, start + PICTURES_TOGETHER));
      }
    },
    expect(_upcoming, epoch) {
      recipes = augmentation ? recipesOf(augmentation, seed, [...classOf.keys()], epoch) : new Map();
    },
    async training(rows) {
      const values = await rowsOf(rows, augmented);
      const mixes = augmentation
        ? mixesOfRows(rows, augmentation, { examples, recipes, classOf, sizePx })
        : undefined;
      return { values, mixes };
    },
    plain: (rows) => rowsOf(rows, pixelsOf),
    close: async () => known.clear(),
  };
}
