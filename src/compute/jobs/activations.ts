/**
 * What the frozen part of the backbone makes of each picture, for the part behind it that learns. Pictures as they are
 * go through once and are kept on the disk, in 16 bits, as far as there is room; augmented ones go through as they are
 * made, in the workers, while the step before them is computed.
 */

import type { AugmentSettings } from '../../domain/augmentation.ts';
import type { TrainExample } from '../../domain/checkpoint.ts';
import type { ContentHash } from '../../domain/picture.ts';
import type { PictureRef } from '../../rpc/featureCalls.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import { allocateFloats } from '../../shared/allocate.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { decodeHalf, encodeHalf } from '../../shared/half.ts';
import { openScratchFile, type ScratchFile } from '../../storage/scratchFile.ts';
import type { AugmentedPicture } from '../features/augment/augmentPicture.ts';
import { isAugmenting } from '../features/augment/changes.ts';
import { mixOf } from '../features/augment/mix.ts';
import { type Recipe, recipesOf } from '../features/augment/recipes.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import type { ExtractorPool } from '../features/pool.ts';
import type { ActivationSource, RowMixes, SourceBatch } from '../training/activationSource.ts';
import { openAugmented } from './augmentedFeatures.ts';
import { openPictureFiles } from './pictureFiles.ts';

/** Rows that are computed ahead of the step that needs them, and how many of them go to the workers together. */
const ROWS_AHEAD = 24;
const ROWS_TOGETHER = 8;

export interface ActivationsOptions {
  readonly pool: Pick<ExtractorPool, 'extract'>;
  readonly target: ExtractionTarget;
  /** Of one example at the cut. */
  readonly shape: readonly number[];
  /** Row by row. */
  readonly examples: readonly TrainExample[];
  readonly pictures: readonly PictureRef[];
  /** null: training rows are as they are. */
  readonly augmentation: AugmentSettings | null;
  readonly seed: number;
  /** Side of the network's input. */
  readonly sizePx: number;
  readonly signal: AbortSignal;
  /** Aborted when `prepare` is to leave the rest undone. */
  readonly finishSignal?: AbortSignal | undefined;
  /** While it is shut, `prepare` rests. */
  readonly pauseGate?: PauseGate | undefined;
}

export interface Activations extends ActivationSource {
  /** Rows of the disk file; fewer than there are pictures where it has no room for all. */
  readonly keptRows: number;
  /** Whether training rows are augmented, and not kept. */
  readonly isAugmented: boolean;
  /** Computes rows as they are and keeps them. @param onDone told how many of them are done */
  prepare(rows: Int32Array, onDone: (count: number) => void): Promise<void>;
  /** Which training rows will be asked for next, in their order. */
  expect(upcoming: Int32Array, epoch: number): void;
  close(): Promise<void>;
}

type Opener = () => Promise<Blob | AugmentedPicture>;

/** Of training pictures. */
export function classesByHash(examples: readonly TrainExample[]): ReadonlyMap<ContentHash, number> {
  const training = examples.filter(({ split }) => split === 'train');
  return new Map(training.map(({ hash, classIndex }) => [hash, classIndex]));
}

export interface MixedRows extends Pick<ActivationsOptions, 'examples' | 'sizePx'> {
  /** Of this epoch. */
  readonly recipes: Pick<ReadonlyMap<ContentHash, Recipe>, 'get'>;
  readonly classOf: ReadonlyMap<ContentHash, number>;
}

/** What rows show beside their own picture; undefined where the settings mix nothing. */
export function mixesOfRows(
  rows: Int32Array,
  augmentation: AugmentSettings,
  { examples, recipes, classOf, sizePx }: MixedRows,
): RowMixes | undefined {
  if (augmentation.mixUp <= 0 && augmentation.cutMix <= 0) return undefined;
  const labels = new Int32Array(rows.length);
  const fractions = new Float32Array(rows.length);
  rows.forEach((row, i) => {
    const { classIndex: own, hash } = examples[row] as TrainExample;
    const recipe = recipes.get(hash);
    const mix = recipe?.partner ? mixOf(augmentation, recipe.seed, sizePx) : null;
    labels[i] = (mix && recipe?.partner && classOf.get(recipe.partner.hash)) ?? own;
    fractions[i] = mix?.fraction ?? 1;
  });
  return { labels, fractions };
}

export async function openActivations(options: ActivationsOptions): Promise<Activations> {
  const { pool, target, shape, examples, seed, sizePx, signal, finishSignal, pauseGate } = options;
  const augmentation =
    options.augmentation && isAugmenting(options.augmentation) ? options.augmentation : null;
  const width = shape.reduce((product, side) => product * side, 1);
  const files = openPictureFiles(options.pictures);
  const classOf = classesByHash(examples);
  const plainCount = new Set(
    examples.filter(({ split }) => augmentation === null || split !== 'train').map(({ hash }) => hash),
  ).size;
  let file: ScratchFile | null = await openScratchFile(width, plainCount);
  const slots = new Map<ContentHash, number>();

  const hashOf = (row: number): ContentHash => (examples[row] as TrainExample).hash;
  const plain =
    (row: number): Opener =>
    () =>
      files.open(hashOf(row));

  /** Through the frozen part, in the order given. @throws AppError `pictureUnreadable` and of the pool */
  async function compute(opened: readonly Opener[]): Promise<Float32Array<ArrayBuffer>[]> {
    const values: Float32Array<ArrayBuffer>[] = [];
    await pool.extract({
      count: opened.length,
      open: (index) => (opened[index] as Opener)(),
      onPicture: ({ index, features }) => {
        if (!features) throw new AppError('pictureUnreadable');
        values[index] = features;
      },
      target,
      signal,
    });
    return values;
  }

  function keep(hash: ContentHash, values: Float32Array): void {
    if (!file || slots.has(hash) || slots.size >= file.slotCount) return;
    const slot = slots.size;
    if (file.write(slot, encodeHalf(values))) slots.set(hash, slot);
  }

  async function plainRows(rows: readonly number[]): Promise<Float32Array<ArrayBuffer>[]> {
    const missing = rows.filter((row) => !slots.has(hashOf(row)));
    const computed = missing.length === 0 ? [] : await compute(missing.map(plain));
    const fresh = new Map(missing.map((row, i) => [row, computed[i] as Float32Array<ArrayBuffer>]));
    for (const [row, values] of fresh) keep(hashOf(row), values);
    return rows.map((row) => {
      const slot = slots.get(hashOf(row));
      // Rounded alike whether it was kept or has just been computed: a run that goes on sees the same numbers.
      const values = fresh.get(row);
      return decodeHalf(values ? encodeHalf(values) : (file?.read(slot ?? 0) as Uint16Array<ArrayBuffer>));
    });
  }

  // ---- rows of the epoch that is coming -------------------------------------------------------------------
  let recipes = new Map<ContentHash, Recipe>();
  let upcoming: readonly number[] = [];
  let asked = 0;
  const ahead = new Map<number, Promise<Float32Array<ArrayBuffer>>>();

  function augmented(row: number): Opener {
    const hash = hashOf(row);
    const recipe = recipes.get(hash);
    return augmentation && recipe ? () => openAugmented(files, hash, augmentation, recipe) : plain(row);
  }

  const trainingRows = (rows: readonly number[]) =>
    augmentation ? compute(rows.map(augmented)) : plainRows(rows);

  function lookAhead(): void {
    while (ahead.size + ROWS_TOGETHER <= ROWS_AHEAD && asked < upcoming.length) {
      const rows = upcoming.slice(asked, asked + ROWS_TOGETHER);
      asked += rows.length;
      const values = trainingRows(rows);
      rows.forEach((row, i) => {
        const own = values.then((all) => all[i] as Float32Array<ArrayBuffer>);
        // Its failure belongs to the step that asks for the row; one that nobody asks for is none.
        own.catch(() => undefined);
        ahead.set(row, own);
      });
    }
  }

  function join(values: readonly Float32Array[]): Float32Array<ArrayBuffer> {
    const joined = allocateFloats(values.length * width);
    values.forEach((row, i) => {
      joined.set(row, i * width);
    });
    return joined;
  }

  return {
    isAugmented: augmentation !== null,
    get keptRows() {
      return file?.slotCount ?? 0;
    },
    async prepare(rows, onDone) {
      const kept = [...rows].slice(0, file?.slotCount ?? 0);
      for (let start = 0; start < kept.length; start += ROWS_AHEAD) {
        await pauseGate?.wait();
        throwIfCancelled(signal);
        if (finishSignal?.aborted) return;
        const some = kept.slice(start, start + ROWS_AHEAD).filter((row) => !slots.has(hashOf(row)));
        const computed = some.length === 0 ? [] : await compute(some.map(plain));
        some.forEach((row, i) => {
          keep(hashOf(row), computed[i] as Float32Array);
        });
        onDone(Math.min(kept.length, start + ROWS_AHEAD));
      }
    },
    expect(rows, epoch) {
      ahead.clear();
      asked = 0;
      upcoming = [...rows];
      recipes = augmentation ? recipesOf(augmentation, seed, [...classOf.keys()], epoch) : new Map();
      lookAhead();
    },
    async training(rows): Promise<SourceBatch> {
      const values: Float32Array[] = [];
      for (const row of rows) {
        lookAhead();
        const own = ahead.get(row) ?? trainingRows([row]).then(([only]) => only as Float32Array);
        values.push(await own);
        ahead.delete(row);
      }
      lookAhead();
      const mixes = augmentation
        ? mixesOfRows(rows, augmentation, { examples, recipes, classOf, sizePx })
        : undefined;
      return { values: join(values), mixes };
    },
    async plain(rows) {
      return join(await plainRows([...rows]));
    },
    async close() {
      ahead.clear();
      const closing = file;
      file = null;
      await closing?.close();
    },
  };
}
