/**
 * Small pictures as the pixels that a network from scratch reads, all of them kept: decoded once, augmented at that size,
 * tens of thousands a second by the thread that waits for the learning anyway.
 */
import type { TrainExample } from '../../domain/checkpoint.ts';
import type { ContentHash } from '../../domain/picture.ts';
import type { InputNode } from '../../network/network.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import { allocateFloats } from '../../shared/allocate.ts';
import { AppError } from '../../shared/errors.ts';
import { sourceOfPixels, toExample } from '../features/augment/augmentPicture.ts';
import { drawChanges, isAugmenting } from '../features/augment/changes.ts';
import { createMovedWriter, moveOf, STILL } from '../features/augment/movedPixels.ts';
import { createRecipes, type Recipe } from '../features/augment/recipes.ts';
import type { Pixels } from '../features/augment/warp.ts';
import { toInputTensorData } from '../features/pixels.ts';
import type { SourceBatch } from '../training/activationSource.ts';
import { type Activations, type ActivationsOptions, classesByHash, mixesOfRows } from './activations.ts';
import { createBatchAhead } from './batchAhead.ts';
import { openPictureFiles } from './pictureFiles.ts';
import { openPixelStore } from './pixelStore.ts';
import { readPixels } from './readPixels.ts';
import type { Session } from './session.ts';

const NO_ROWS = new Int32Array();
const COLOURS = 3;
/** Larger pictures do not all fit; they are decoded anew in each epoch. */
const MOST_BYTES = 400 * 2 ** 20;
/** How many are decoded between two words about it. */
const TOLD_EVERY = 512;

interface Watch {
  readonly onDone: (count: number) => void;
  /** Aborted when the rest is to be left undone. */
  readonly finishSignal: AbortSignal | undefined;
  readonly gate: PauseGate | undefined;
}

/** Whether the pixels of so many pictures find room. */
export function canKeepPixels(pictureCount: number, sizePx: number): boolean {
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
  const files = openPictureFiles(pictures);
  const classOf = classesByHash(examples);
  const hashes = [...new Set(examples.map(({ hash }) => hash))];
  const slots = new Map(hashes.map((hash, slot) => [hash, slot]));
  const width = sizePx * sizePx * COLOURS;
  const store = await openPixelStore(hashes.length, width);
  const known = new Set<ContentHash>();
  let recipes: Pick<ReadonlyMap<ContentHash, Recipe>, 'get'> = new Map();
  const write = createMovedWriter(sizePx, input.preprocessing);

  const hashOf = (row: number): ContentHash => (examples[row] as TrainExample).hash;

  /** @throws AppError `notFound`, `pictureUnreadable`, as `readPixels` */
  async function decode(wanted: readonly ContentHash[], watch: Partial<Watch> = {}): Promise<void> {
    let done = 0;
    await readPixels(session, input, files, wanted, {
      onPicture(hash, pixels) {
        if (!pixels) throw new AppError('pictureUnreadable');
        store.write(slots.get(hash) ?? 0, pixels);
        known.add(hash);
        done += 1;
        if (done % TOLD_EVERY === 0 || done === wanted.length) watch.onDone?.(done);
      },
      onMissing(hash) {
        throw new AppError('notFound', { what: hash });
      },
      ...{ signal, finishSignal: watch.finishSignal, gate: watch.gate },
    });
  }

  /** `[sizePx, sizePx, 4]`, to write to. */
  function pixelsOf(hash: ContentHash): Pixels {
    const pixels = new Uint8ClampedArray(sizePx * sizePx * 4).fill(255);
    const { bytes, at } = store.read(slots.get(hash) ?? 0);
    let from = at;
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

  /** Writes a row of the batch, augmented where it has a recipe. */
  function writeRow(hash: ContentHash, recipe: Recipe | undefined, values: Float32Array, to: number): void {
    const isAugmented = augmentation && recipe;
    const changes = isAugmented && !recipe.partner && drawChanges(augmentation, recipe.seed, sizePx);
    const move = isAugmented ? changes && moveOf(changes) : STILL;
    if (write && move) {
      const { bytes, at } = store.read(slots.get(hash) ?? 0);
      write(bytes, at, move, values, to);
    } else toInputTensorData(recipe ? augmented(hash) : pixelsOf(hash), input.preprocessing, values, to);
  }

  async function rowsOf(
    rows: Int32Array,
    recipeOf: (hash: ContentHash) => Recipe | undefined,
  ): Promise<Float32Array<ArrayBuffer>> {
    const hashes = [...rows].map(hashOf);
    const shown = hashes.flatMap((hash) => [hash, recipeOf(hash)?.partner?.hash ?? hash]);
    const missing = [...new Set(shown)].filter((hash) => !known.has(hash));
    if (missing.length > 0) await decode(missing);
    const values = allocateFloats(rows.length * width);
    hashes.forEach((hash, i) => {
      writeRow(hash, recipeOf(hash), values, i * width);
    });
    return values;
  }

  async function batchOf(rows: Int32Array): Promise<SourceBatch> {
    const values = await rowsOf(rows, (hash) => recipes.get(hash));
    const mixes = augmentation
      ? mixesOfRows(rows, augmentation, { examples, recipes, classOf, sizePx })
      : undefined;
    return { values, mixes };
  }
  const ahead = createBatchAhead(batchOf);

  return {
    keptRows: examples.length,
    // All pictures are decoded beforehand, those of training as well.
    isAugmented: false,
    async prepare(rows, onDone) {
      const wanted = [...new Set([...rows].map(hashOf))].filter((hash) => !known.has(hash));
      await decode(wanted, { onDone, finishSignal, gate: pauseGate });
    },
    expect(upcoming, epoch) {
      recipes = augmentation ? createRecipes(augmentation, seed, classOf.keys(), epoch) : new Map();
      ahead.expect(upcoming);
    },
    training(rows) {
      // Nobody will ask for another.
      if (finishSignal?.aborted) ahead.expect(NO_ROWS);
      return ahead.take(rows);
    },
    plain: (rows) => rowsOf(rows, () => undefined),
    async close() {
      await ahead.close();
      known.clear();
      await store.close();
    },
  };
}
