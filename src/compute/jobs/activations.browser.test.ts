import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AugmentSettings, NO_AUGMENTATION } from '../../domain/augmentation.ts';
import { AppError } from '../../shared/errors.ts';
import { decodeHalf, encodeHalf } from '../../shared/half.ts';
import type { KeptFacts } from '../../testing/engine/activations.worker.ts';
import { createTestEngine, drawPictures, type TestEngine } from '../../testing/engine/smallEngine.ts';
import { mixOf } from '../features/augment/mix.ts';
import { recipesOf } from '../features/augment/recipes.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import type { ExtractionJob } from '../features/pool.ts';
import { type ActivationsOptions, openActivations } from './activations.ts';

const SHAPE = [8, 8, 8];
const LENGTH = 8 * 8 * 8;
const TARGET: ExtractionTarget = { arithmetic: 'float32', upTo: 'b_relu' };
const BRIGHTER: AugmentSettings = { ...NO_AUGMENTATION, brightness: 0.5 };
const COUNT = 60;

const { pictures, examples } = await drawPictures(COUNT);
const rowsOf = (split: string) =>
  Int32Array.from(examples.flatMap((one, row) => (one.split === split ? [row] : [])));
const train = rowsOf('train');
const trainHashes = [...train].map((row) => `hash-${row}`);
const rowIn = (values: Float32Array, place: number) => values.subarray(place * LENGTH, (place + 1) * LENGTH);

let engine: TestEngine;
let closeTarget: () => Promise<void>;

beforeAll(async () => {
  engine = await createTestEngine('wasm');
  closeTarget = await engine.session.openTarget(TARGET);
});
afterAll(async () => {
  await closeTarget();
  engine.close();
});
beforeEach(() => {
  engine.asked.length = 0;
});

const optionsOf = (more: Partial<ActivationsOptions> = {}): ActivationsOptions => ({
  ...{ pool: engine.session.pool, target: TARGET, shape: SHAPE, examples, pictures },
  ...{ augmentation: null, seed: 1, sizePx: 32, signal: new AbortController().signal },
  ...more,
});

/** In a worker, where there is a disk. */
function keptFacts(pictureCount: number, slots: number | null): Promise<KeptFacts> {
  const worker = new Worker(new URL('../../testing/engine/activations.worker.ts', import.meta.url), {
    type: 'module',
  });
  return new Promise<KeptFacts>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ pictureCount, slots });
  }).finally(() => worker.terminate());
}

function expectSameNumbers({ direct, plain, epochs }: KeptFacts): void {
  const expected = direct.flatMap((row) => [...decodeHalf(encodeHalf(row))]);
  expect([...plain]).toEqual(expected);
  for (const epoch of epochs) expect([...epoch]).toEqual(expected);
  expect(new Set(expected).size).toBeGreaterThan(100);
}

describe('activations that are kept', () => {
  it('go through the frozen part once, and leave no file', async () => {
    const facts = await keptFacts(30, null);
    expect(facts).toMatchObject({ keptRows: 30, prepared: [24, 30], askedFirst: 30, askedLater: 0 });
    expect([facts.filesWhileOpen, facts.filesBehind]).toEqual([1, 0]);
    expectSameNumbers(facts);
  });

  it('as far as the disk has room; the others are computed each time', async () => {
    const facts = await keptFacts(30, 11);
    expect(facts).toMatchObject({ keptRows: 11, prepared: [11], askedFirst: 11, askedLater: 3 * 19 });
    expectSameNumbers(facts);
  });

  it('not at all without a disk, and come out the same', async () => {
    const facts = await keptFacts(12, 0);
    expect(facts).toMatchObject({ keptRows: 0, prepared: [], askedFirst: 0, askedLater: 3 * 12 });
    expect(facts.filesWhileOpen).toBe(0);
    expectSameNumbers(facts);
  });
});

describe('activations of augmented pictures', () => {
  async function epochOf(augmentation: AugmentSettings, epoch: number, seed = 1) {
    const activations = await openActivations(optionsOf({ augmentation, seed }));
    activations.expect(train, epoch);
    const batches = [];
    for (let start = 0; start < train.length; start += 9) {
      batches.push(await activations.training(train.subarray(start, start + 9)));
    }
    await activations.close();
    return batches;
  }

  it('are others in each epoch, and the same again for the same epoch and seed', async () => {
    const [first, again, second, other] = await Promise.all([
      epochOf(BRIGHTER, 3),
      epochOf(BRIGHTER, 3),
      epochOf(BRIGHTER, 4),
      epochOf(BRIGHTER, 3, 2),
    ]);
    expect(engine.asked.every(({ isAugmented }) => isAugmented)).toBe(true);
    expect(engine.asked).toHaveLength(4 * train.length);
    expect(first.map(({ mixes }) => mixes)).toEqual(first.map(() => undefined));
    expect(again).toEqual(first);
    const plain = await openActivations(optionsOf());
    const asTheyAre = await plain.plain(train.subarray(0, 9));
    for (let place = 0; place < 9; place++) {
      const own = rowIn(first[0]?.values ?? new Float32Array(), place);
      for (const values of [second[0]?.values, other[0]?.values, asTheyAre]) {
        expect(own).not.toEqual(rowIn(values ?? new Float32Array(), place));
      }
    }
    await plain.close();
  });

  it('are those of the recipe of their row', async () => {
    const [batch] = await epochOf(BRIGHTER, 5);
    const seed = recipesOf(BRIGHTER, 1, trainHashes, 5).get('hash-2')?.seed ?? 0;
    const rows: Float32Array[] = [];
    await engine.session.pool.extract({
      count: 1,
      open: () => ({ blob: pictures[2]?.blob ?? new Blob(), augment: BRIGHTER, seed, partner: null }),
      onPicture: ({ features }) => features && rows.push(features),
      target: TARGET,
    });
    const own = rowIn(batch?.values ?? new Float32Array(), 2);
    expect(own.some((value) => value > 0)).toBe(true);
    own.forEach((value, i) => {
      expect(Math.abs(value - (rows[0]?.[i] ?? Number.NaN))).toBeLessThan(1e-4);
    });
  });

  it.each<Partial<AugmentSettings>>([{ cutMix: 1 }, { mixUp: 0.4 }])(
    'tell what is mixed: %o',
    async (mixing) => {
      const augmentation = { ...BRIGHTER, ...mixing };
      const [batch] = await epochOf(augmentation, 2);
      const recipes = recipesOf(augmentation, 1, trainHashes, 2);
      const expected = [...train.subarray(0, 9)].map((row) => {
        const recipe = recipes.get(`hash-${row}`);
        const fraction = mixOf(augmentation, recipe?.seed ?? 0, 32)?.fraction ?? Number.NaN;
        return { label: Number(recipe?.partner?.hash.slice(5)) % 3, fraction: Math.fround(fraction) };
      });
      expect([...(batch?.mixes?.labels ?? [])]).toEqual(expected.map(({ label }) => label));
      expect([...(batch?.mixes?.fractions ?? [])]).toEqual(expected.map(({ fraction }) => fraction));
      expect(new Set(expected.map(({ fraction }) => fraction)).size).toBeGreaterThan(3);
    },
  );
});

describe('looking ahead', () => {
  /** The pool, written down. */
  function watched(spoil: (job: ExtractionJob, call: number) => Promise<void> | null = () => null) {
    const calls: number[] = [];
    const pool = {
      extract: (job: ExtractionJob) => {
        calls.push(job.count);
        return spoil(job, calls.length) ?? engine.session.pool.extract(job);
      },
    };
    return { pool, calls };
  }

  it('computes rows before they are asked for, together, and not too many', async () => {
    const { pool, calls } = watched();
    const activations = await openActivations(optionsOf({ pool, augmentation: BRIGHTER }));
    let taken = 0;
    const ahead = () => calls.reduce((sum, count) => sum + count, 0) - taken;
    activations.expect(train, 1);
    expect(ahead()).toBe(24);
    for (let start = 0; start < train.length; start += 5) {
      const rows = train.subarray(start, start + 5);
      await activations.training(rows);
      taken += rows.length;
      expect(ahead()).toBeLessThanOrEqual(24);
      expect(ahead()).toBeGreaterThanOrEqual(Math.min(12, train.length - taken));
    }
    expect(ahead()).toBe(0);
    expect(Math.max(...calls)).toBe(8);
    await activations.close();
  });

  it('follows a new order, also in the middle of another', async () => {
    const activations = await openActivations(optionsOf({ augmentation: BRIGHTER }));
    activations.expect(train, 1);
    await activations.training(train.subarray(0, 3));
    const order = train.slice().reverse();
    activations.expect(order, 2);
    const [here, straight] = [
      await activations.training(order.subarray(0, 2)),
      optionsOf({ augmentation: BRIGHTER }),
    ];
    const other = await openActivations(straight);
    other.expect(train, 2);
    expect(here.values).toEqual((await other.training(order.subarray(0, 2))).values);
    await activations.close();
    await other.close();
  });

  it('rejects the step that needs a picture that fails, and no other', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      unhandled.push(event.reason);
    };
    addEventListener('unhandledrejection', onUnhandled);
    const broken = pictures.map((one) => (one.hash === 'hash-31' ? { ...one, blob: new Blob(['x']) } : one));
    for (const augmentation of [null, BRIGHTER]) {
      const activations = await openActivations(optionsOf({ pictures: broken, augmentation }));
      activations.expect(train, 1);
      // Rows come in groups of eight: 31 lies in the third.
      await activations.training(train.subarray(0, 16));
      await expect(activations.training(train.subarray(16, 24))).rejects.toMatchObject({
        code: 'pictureUnreadable',
      });
      await activations.close();
      // One that nobody waits for.
      const left = await openActivations(optionsOf({ pictures: broken, augmentation }));
      left.expect(train, 1);
      await left.training(train.subarray(0, 1));
      await left.close();
    }
    const { pool } = watched(() => Promise.reject(new AppError('workerDied')));
    const dead = await openActivations(optionsOf({ pool }));
    dead.expect(train, 1);
    await expect(dead.training(train.subarray(0, 1))).rejects.toMatchObject({ code: 'workerDied' });
    await dead.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    removeEventListener('unhandledrejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });

  it('says which picture it was not given', async () => {
    const few = await openActivations(optionsOf({ pictures: pictures.slice(0, 3) }));
    await expect(few.plain(train)).rejects.toMatchObject({ code: 'notFound' });
    const augmented = await openActivations(optionsOf({ pictures: [], augmentation: BRIGHTER }));
    augmented.expect(train, 1);
    await expect(augmented.training(train)).rejects.toMatchObject({ code: 'notFound' });
  });
});

it('can be cancelled', async () => {
  const cancel = new AbortController();
  const activations = await openActivations(optionsOf({ signal: cancel.signal }));
  activations.expect(train, 1);
  cancel.abort();
  await expect(activations.training(train.subarray(0, 3))).rejects.toMatchObject({ code: 'cancelled' });
  await activations.close();
});
