import { describe, expect, it } from 'vitest';
import { inputNodeOf } from '../../network/network.ts';
import { createPauseGate } from '../../rpc/pause.ts';
import { AppError } from '../../shared/errors.ts';
import { createTestWorker, type TestWorker } from '../../testing/rpc/fakeWorker.ts';
import { tinyManifest } from '../../testing/weights/tiny.ts';
import type {
  DecodeShare,
  ExtractedBatch,
  ExtractionTarget,
  ExtractorApi,
  ExtractorPicture,
} from './extractorApi.ts';
import { RESIZE_VERSION } from './pixels.ts';
import { createExtractorPool, type ExtractorPool } from './pool.ts';

const SIZE = 2;
const FEATURES_OF: ExtractionTarget = { arithmetic: 'float32', upTo: null };

interface Call {
  /** Which worker was asked. */
  readonly worker: number;
  readonly pictures: readonly ExtractorPicture[];
  readonly share: DecodeShare;
  readonly answer: (batch: ExtractedBatch | Error) => void;
}

/** The real client and server over channels; only what computes is replaced by what a test answers. */
async function openPool(batchSize = 1, decodeBudgetBytes?: number) {
  const calls: Call[] = [];
  const targetsAdded = new Array<number>(SIZE).fill(0);
  const workers: TestWorker[] = [];
  let spawned = 0;
  const spawn = () => {
    const worker = spawned++;
    const started = createTestWorker<ExtractorApi>({
      start: async () => null,
      addTarget: async () => {
        targetsAdded[worker] = (targetsAdded[worker] ?? 0) + 1;
        return null;
      },
      removeTarget: async () => {
        targetsAdded[worker] = (targetsAdded[worker] ?? 0) - 1;
        return null;
      },
      extract: ({ pictures, share }) =>
        new Promise((resolve, reject) => {
          calls.push({
            worker,
            pictures,
            share,
            answer: (batch) => (batch instanceof Error ? reject(batch) : resolve(batch)),
          });
        }),
    });
    workers.push(started);
    return started;
  };
  const pool = await createExtractorPool({
    size: SIZE,
    spawn,
    input: inputNodeOf(tinyManifest().manifest.nodes),
    resize: { fit: 'centerCrop', cropFraction: 1, version: RESIZE_VERSION },
    batchSize,
    ...(decodeBudgetBytes === undefined ? {} : { decodeBudgetBytes }),
    onReady: () => undefined,
  });
  await pool.addTarget({ ...FEATURES_OF, forward: null });
  /** The `count`-th call, once it has come. */
  const callNumber = (count: number) =>
    expect
      .poll(() => calls.length)
      .toBeGreaterThanOrEqual(count)
      .then(() => calls[count - 1] as Call);
  return { pool, calls, callNumber, targetsAdded, workers };
}

const picture = (name: string) => new Blob([name]);
const featuresOf = (...values: number[]): ExtractedBatch => ({
  features: Float32Array.from(values),
  failed: [],
});

function extractOne(pool: ExtractorPool): Promise<void> {
  return pool.extract({
    count: 1,
    open: () => picture('frame'),
    onPicture: () => undefined,
    target: FEATURES_OF,
  });
}

describe('the extractor pool', () => {
  it('gives a job to whoever has least to do, not to whose turn it is', async () => {
    const { pool, callNumber } = await openPool();
    const slow = extractOne(pool);
    const first = await callNumber(1);
    for (const count of [2, 3, 4]) {
      const quick = extractOne(pool);
      const { worker, answer } = await callNumber(count);
      expect(worker).not.toBe(first.worker);
      answer(featuresOf(1));
      await quick;
    }
    first.answer(featuresOf(1));
    await slow;
  });

  it('keeps every worker two jobs deep, and hands out what belongs to which picture', async () => {
    const { pool, calls, callNumber } = await openPool(2);
    const seen: (number | null)[] = [];
    const done = pool.extract({
      count: 9,
      open: (index) => picture(String(index)),
      onPicture: ({ index, features }) => {
        seen[index] = features?.[0] ?? null;
      },
      target: { ...FEATURES_OF, arithmetic: 'int8' },
    });
    await callNumber(4);
    expect(calls.map(({ worker }) => worker)).toEqual([0, 1, 0, 1]);
    for (const count of [4, 3, 2, 1, 5]) {
      const { pictures, answer } = await callNumber(count);
      const names = await Promise.all(pictures.map((one) => (one as Blob).text()));
      const values = names.map(Number);
      answer({ ...featuresOf(...values), failed: values.flatMap((value, i) => (value === 3 ? [i] : [])) });
    }
    await done;
    expect(seen).toEqual([0, 1, 2, null, 4, 5, 6, 7, 8]);
  });

  it('opens no picture while it is paused, and misses none afterwards', async () => {
    const { pool, calls, callNumber } = await openPool();
    const gate = createPauseGate(false);
    const seen: number[] = [];
    const opened: number[] = [];
    const done = pool.extract({
      count: 6,
      open: (index) => {
        opened.push(index);
        return picture(String(index));
      },
      onPicture: ({ index }) => seen.push(index),
      target: FEATURES_OF,
      gate,
    });
    await callNumber(4);
    gate.set(true);
    for (const { answer } of calls) answer(featuresOf(1));
    await expect.poll(() => seen.length).toBe(4);
    expect(opened).toEqual([0, 1, 2, 3]);
    gate.set(false);
    for (const count of [5, 6]) (await callNumber(count)).answer(featuresOf(1));
    await done;
    expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(opened).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('ends at once when it is cancelled while paused', async () => {
    const { pool, calls } = await openPool();
    const gate = createPauseGate(true);
    const cancel = new AbortController();
    const done = pool.extract({
      count: 2,
      open: () => picture('x'),
      onPicture: () => undefined,
      target: FEATURES_OF,
      signal: cancel.signal,
      gate,
    });
    cancel.abort();
    gate.open();
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    expect(calls).toHaveLength(0);
  });

  it('gives every worker each target', async () => {
    const { pool, targetsAdded } = await openPool();
    expect(targetsAdded).toEqual([1, 1]);
    await pool.addTarget({ ...FEATURES_OF, forward: null });
    expect(targetsAdded).toEqual([2, 2]);
    await pool.removeTarget(FEATURES_OF);
    expect(targetsAdded).toEqual([1, 1]);
  });

  it('does not put a fresh worker, which knows no weights, in the place of one that died', async () => {
    const { pool, callNumber } = await openPool();
    const failing = extractOne(pool);
    (await callNumber(1)).answer(new AppError('workerDied', { message: 'out of memory' }));
    await expect(failing).rejects.toMatchObject({ code: 'workerDied' });
    await expect(pool.removeTarget(FEATURES_OF)).rejects.toMatchObject({ code: 'workerDied' });
    await expect(extractOne(pool)).rejects.toMatchObject({ code: 'workerDied' });
  });

  it('nor in that of one that died while it had nothing to do', async () => {
    const { pool, workers } = await openPool();
    for (const worker of workers) worker.onerror?.({ message: 'killed' });
    await expect(extractOne(pool)).rejects.toMatchObject({
      code: 'workerDied',
      details: { message: 'killed' },
    });
  });

  it('fails with the first failure, and still knows who has what to do', async () => {
    const { pool, callNumber, calls } = await openPool();
    const failing = extractOne(pool);
    (await callNumber(1)).answer(new AppError('outOfMemory'));
    await expect(failing).rejects.toMatchObject({ code: 'outOfMemory' });
    const both = [extractOne(pool), extractOne(pool)];
    await callNumber(3);
    expect(calls.slice(1).map(({ worker }) => worker)).toEqual([0, 1]);
    for (const { answer } of calls.slice(1)) answer(featuresOf(1));
    await Promise.all(both);
  });

  describe('with pictures of 48 megapixels', () => {
    /** The head of a PNG, which says how large it is; nothing here decodes it. */
    const large = () => {
      const head = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
      // 8,000 × 6,000
      return new Blob([
        new Uint8Array([...head, 0, 0, 0x1f, 0x40, 0, 0, 0x17, 0x70, 8, 2, 0, 0, 0, 0, 0, 0, 0]),
      ]);
    };
    const PICTURE_BYTES = 2 * 4 * 48e6;
    const extractAll = (pool: ExtractorPool, count: number, seen: number[], signal?: AbortSignal) =>
      pool.extract({
        ...{ count, open: large, target: FEATURES_OF },
        onPicture: ({ index }) => seen.push(index),
        ...(signal ? { signal } : {}),
      });
    const quiet = () => new Promise((resolve) => setTimeout(resolve, 100));

    it('hands out no more than all workers together have room for', async () => {
      const { pool, calls, callNumber } = await openPool(1, 2.5 * PICTURE_BYTES);
      const seen: number[] = [];
      const done = extractAll(pool, 7, seen);
      let answered = 0;
      while (answered < 7) {
        const { answer, share } = await callNumber(answered + 1);
        expect(share.budgetBytes).toBeGreaterThanOrEqual(PICTURE_BYTES);
        await quiet();
        expect(calls.length - answered).toBeLessThanOrEqual(2);
        answer(featuresOf(1));
        answered += 1;
      }
      await done;
      expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    });

    it('hands out one alone that is larger than all there is, across jobs', async () => {
      const { pool, calls, callNumber } = await openPool(1, 50e6);
      const both = [extractAll(pool, 2, []), extractAll(pool, 2, [])];
      for (let answered = 0; answered < 4; answered++) {
        const { answer } = await callNumber(answered + 1);
        await quiet();
        expect(calls.length).toBe(answered + 1);
        answer(featuresOf(1));
      }
      await Promise.all(both);
    });

    it('tells a worker how much of its batch it may decode at once', async () => {
      const { pool, callNumber } = await openPool(8, 8 * PICTURE_BYTES);
      const done = extractAll(pool, 8, []);
      const { share, answer } = await callNumber(1);
      // One of four lanes.
      expect(share.budgetBytes).toBe(2 * PICTURE_BYTES);
      expect(share.pictureBytes).toHaveLength(8);
      expect(Math.round(share.pictureBytes[0] ?? 0)).toBe(PICTURE_BYTES + large().size);
      answer(featuresOf(...new Array<number>(8).fill(1)));
      await done;
    });

    it('hands out none any more once it is cancelled', async () => {
      const { pool, calls, callNumber } = await openPool(1, 50e6);
      const cancel = new AbortController();
      const done = extractAll(pool, 4, [], cancel.signal);
      const { answer } = await callNumber(1);
      cancel.abort();
      answer(featuresOf(1));
      await expect(done).rejects.toMatchObject({ code: 'cancelled' });
      expect(calls).toHaveLength(1);
    });
  });
});
