import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AugmentSettings, NO_AUGMENTATION } from '../../domain/augmentation.ts';
import type { TrainExample } from '../../domain/checkpoint.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { inputNodeOf } from '../../network/network.ts';
import type { AugmentedViews, ExtractProgress } from '../../rpc/featureCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { inTransaction } from '../../storage/database.ts';
import { clearFeatures } from '../../storage/storedFeatures.ts';
import { createTestWorker } from '../../testing/rpc/fakeWorker.ts';
import { tinyManifest } from '../../testing/weights/tiny.ts';
import { mixOf } from '../features/augment/mix.ts';
import { recipesOf } from '../features/augment/recipes.ts';
import { createExtractor, type Extractor } from '../features/extractor.ts';
import type { ExtractorApi } from '../features/extractorApi.ts';
import { RESIZE } from '../features/pixels.ts';
import { createExtractorPool, type ExtractorPool } from '../features/pool.ts';
import { runtimeOf } from '../runtimes/registry.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';
import { extractFeatures } from './featureJobs.ts';
import { AUGMENTED_PREFIX, featureSourceOf } from './featureSource.ts';
import { readTrainTable } from './trainTable.ts';

const { manifest, shards } = tinyManifest();
const bytes = new Uint8Array(
  await new Blob(
    manifest.parts
      .filter(({ id }) => id === 'backbone')
      .flatMap((part) => part.shards.map(({ path }) => shards.get(path) ?? new Uint8Array())),
  ).arrayBuffer(),
);
const INFO = {
  ...{ id: 'tiny', fingerprint: 'f'.repeat(64), resize: RESIZE },
  ...{ inputSizePx: manifest.inputSizePx, featureCount: manifest.featureCount },
};

/** Pictures that the extractors were given, by kind. */
let asked = { plain: 0, augmented: 0 };
let pool: ExtractorPool;

/** The real pool, client, server and extractor; only the thread is missing. */
beforeAll(async () => {
  await activateBackend('wasm');
  const input = inputNodeOf(manifest.nodes);
  const usual = { arithmetic: 'float32', upTo: null } as const;
  let extractor: Extractor | null = null;
  pool = await createExtractorPool({
    ...{ size: 1, batchSize: 4, input, resize: RESIZE, onReady: () => undefined },
    spawn: () =>
      createTestWorker<ExtractorApi>({
        start: async (options) => {
          extractor = createExtractor(options);
          return null;
        },
        addTarget: async (start) => {
          await extractor?.addTarget(start);
          return null;
        },
        removeTarget: () => Promise.reject(new AppError('unexpected')),
        extract: ({ pictures, target }) => {
          for (const picture of pictures) asked['augment' in picture ? 'augmented' : 'plain'] += 1;
          if (!extractor) throw new AppError('unexpected');
          return extractor.extract(pictures, target);
        },
      }),
  });
  const forward = await runtimeOf('wasm').prepareForward('wasm', { manifest, bytes }, usual);
  await pool.addTarget({ ...usual, forward });
});

afterEach(async () => {
  asked = { plain: 0, augmented: 0 };
  await clearFeatures();
});

async function drawPicture(index: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(12, 12);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = `rgb(${index * 25} ${255 - index * 20} ${(index * 90) % 256})`;
  context.fillRect(0, 0, 12, 12);
  return canvas.convertToBlob({ type: 'image/png' });
}

const COUNT = 10;
const pictures = await Promise.all(
  Array.from({ length: COUNT }, async (_, i) => ({ hash: `hash-${i}`, blob: await drawPicture(i) })),
);
/** The first six are for training. */
const examples: readonly TrainExample[] = pictures.map(({ hash }, i) => ({
  ...{ hash, classIndex: i % 3 },
  split: i < 6 ? 'train' : i < 8 ? 'validation' : 'test',
}));
const trainHashes = examples.flatMap(({ hash, split }) => (split === 'train' ? [hash] : []));
const BRIGHTER: AugmentSettings = { ...NO_AUGMENTATION, brightness: 0.5, views: 2 };

async function extract(views: AugmentedViews | null, from = pictures) {
  const progress: ExtractProgress[] = [];
  const session = {
    info: INFO,
    rangesId: '',
    computesInt8: true,
    pool,
    openTarget: async () => async () => undefined,
  };
  const result = await extractFeatures(
    session,
    { pictures: from, arithmetic: 'float32', views },
    { onProgress: (value) => progress.push(value), signal: new AbortController().signal },
  );
  return { ...result, progress };
}

const viewsOf = (augmentation: AugmentSettings, seed = 1) => ({
  augmentation,
  seed,
  pictures: trainHashes,
});
const tableOf = (augmentation: AugmentSettings | null, seed = 1, of = examples) =>
  readTrainTable(
    { info: INFO, rangesId: '' },
    { examples: of, arithmetic: 'float32', settings: { ...DEFAULT_TRAIN_SETTINGS, augmentation, seed } },
  );
const allKeys = () => inTransaction(['features'], 'readonly', ({ store }) => store.getAllKeys());

describe('features of augmented views', () => {
  it('are computed beside the plain ones, of training pictures alone, and counted', async () => {
    const { progress, extracted, reused } = await extract(viewsOf(BRIGHTER));
    expect(asked).toEqual({ plain: COUNT, augmented: 12 });
    expect([extracted, reused]).toEqual([COUNT + 12, 0]);
    expect(progress[0]).toMatchObject({ done: 0, total: COUNT + 12, remainingMs: null });
    expect(progress.at(-1)).toMatchObject({ done: COUNT + 12, total: COUNT + 12, remainingMs: 0 });
    const augmented = (await allKeys()).filter(([source]) => source.startsWith(AUGMENTED_PREFIX));
    expect(new Set(augmented.map(([, hash]) => hash))).toEqual(new Set(trainHashes));
    expect(augmented).toHaveLength(12);
  });

  it('are found again by the next run, whatever their number was', async () => {
    await extract(viewsOf(BRIGHTER));
    asked = { plain: 0, augmented: 0 };
    const { progress, extracted, reused } = await extract(viewsOf({ ...BRIGHTER, views: 3 }));
    expect(asked).toEqual({ plain: 0, augmented: 6 });
    expect([extracted, reused]).toEqual([6, COUNT + 12]);
    expect(progress[0]).toMatchObject({ done: COUNT + 12, total: COUNT + 18, reused: COUNT + 12 });
  });

  it('of other settings or another seed go when new ones come; plain ones stay', async () => {
    await extract(viewsOf(BRIGHTER));
    const before = new Set((await allKeys()).map(([source]) => source));
    await extract(viewsOf(BRIGHTER, 2));
    const after = new Set((await allKeys()).map(([source]) => source));
    expect([...after].filter((source) => before.has(source))).toEqual([featureSourceOf(INFO, 'float32', '')]);
    expect(after.size).toBe(3);
    await extract(null);
    await extract(viewsOf(NO_AUGMENTATION));
    expect(new Set((await allKeys()).map(([source]) => source))).toEqual(after);
    expect(asked).toEqual({ plain: COUNT, augmented: 24 });
  });

  it('are those of a picture that was augmented by its recipe', async () => {
    await extract(viewsOf(BRIGHTER));
    const { table } = await tableOf(BRIGHTER);
    const { seed } = recipesOf(BRIGHTER, 1, trainHashes, 1).get('hash-3') ?? { seed: 0 };
    const rows: Float32Array[] = [];
    await pool.extract({
      count: 1,
      open: () => ({ blob: pictures[3]?.blob ?? new Blob(), augment: BRIGHTER, seed, partner: null }),
      onPicture: ({ features }) => features && rows.push(features),
      target: { arithmetic: 'float32', upTo: null },
    });
    // View 1 of the fourth training picture; kept in float16.
    const row = COUNT + 6 + 3;
    const kept = [...table.values.subarray(row * 4, row * 4 + 4)];
    kept.forEach((value, i) => {
      const exact = rows[0]?.[i] ?? Number.NaN;
      expect(Math.abs(value / exact - 1)).toBeLessThan(1e-3);
      expect(Math.abs(value / (table.values[3 * 4 + i] ?? 1) - 1)).toBeGreaterThan(0.01);
    });
  });

  it('leave out pictures that cannot be read, as partners too', async () => {
    const withBroken = pictures.map((one, i) => (i === 2 ? { ...one, blob: new Blob(['broken']) } : one));
    const augmentation = { ...BRIGHTER, mixUp: 1 };
    const { failed, progress } = await extract(viewsOf(augmentation), withBroken);
    expect(failed).toEqual(['hash-2']);
    expect(progress.at(-1)).toMatchObject({ done: COUNT + 10, total: COUNT + 10 });
    const { table } = await tableOf(
      augmentation,
      1,
      examples.filter(({ hash }) => hash !== 'hash-2'),
    );
    expect(table.labels).toHaveLength(COUNT - 1 + 10);
  });
});

describe('readTrainTable', () => {
  it('trains on plain and augmented rows, and measures on plain ones', async () => {
    await extract(viewsOf(BRIGHTER));
    const plain = await tableOf(null);
    const { table, rows } = await tableOf(BRIGHTER);
    expect([...plain.rows.train]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(table.values.subarray(0, COUNT * 4)).toEqual(plain.table.values);
    expect([...rows.train]).toEqual([0, 1, 2, 3, 4, 5, ...Array.from({ length: 12 }, (_, i) => COUNT + i)]);
    expect([rows.validation, rows.test].map((some) => [...some])).toEqual([
      [6, 7],
      [8, 9],
    ]);
    expect([...table.labels.subarray(COUNT)]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect(table.mixes).toBeUndefined();
  });

  it('knows what each augmented row was mixed with, and how much of it', async () => {
    const augmentation = { ...BRIGHTER, cutMix: 1 };
    await extract(viewsOf(augmentation));
    const { table } = await tableOf(augmentation);
    expect([...(table.mixes?.fractions.subarray(0, COUNT) ?? [])]).toEqual(new Array<number>(COUNT).fill(1));
    expect(table.mixes?.labels.subarray(0, COUNT)).toEqual(table.labels.subarray(0, COUNT));
    for (const view of [0, 1]) {
      const recipes = recipesOf(augmentation, 1, trainHashes, view);
      trainHashes.forEach((hash, i) => {
        const recipe = recipes.get(hash);
        const row = COUNT + view * 6 + i;
        const fraction = mixOf(augmentation, recipe?.seed ?? 0, INFO.inputSizePx)?.fraction ?? 0;
        expect(table.mixes?.fractions[row]).toBeCloseTo(fraction, 6);
        expect(table.mixes?.labels[row]).toBe(Number(recipe?.partner?.hash.slice(5)) % 3);
      });
    }
  });

  it('says which features are not kept', async () => {
    await extract(null);
    await expect(tableOf(BRIGHTER)).rejects.toMatchObject({ code: 'notFound' });
  });
});
