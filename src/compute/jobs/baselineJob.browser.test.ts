import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../domain/backends.ts';
import type { SplitName } from '../../domain/picture.ts';
import type { BaselineArgs, BaselineProgress } from '../../rpc/estimateCalls.ts';
import { encodeHalf } from '../../shared/half.ts';
import { createRandom } from '../../shared/random.ts';
import { clearFeatures, putFeatures } from '../../storage/storedFeatures.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';
import { computeBaseline } from './baselineJob.ts';
import { featureSourceOf } from './featureSource.ts';

const RESIZE = { fit: 'centerCrop', cropFraction: 1, version: 1 } as const;
const open = () => new AbortController().signal;
const silent = { onProgress: () => {}, signal: open() };

interface Made {
  readonly counts: Readonly<Record<SplitName, number>>;
  readonly featureCount: number;
  readonly classCount: number;
  /** How far a class lies from the others, against noise of 1. */
  readonly distance: number;
}

/** Keeps features of made-up pictures, each class around a place of its own; those of test are not kept. */
async function keepFeatures({ counts, featureCount, classCount, distance }: Made) {
  const info = { id: 'made', fingerprint: 'ab', inputSizePx: 224, featureCount, resize: RESIZE };
  const random = createRandom(11);
  const places = Array.from({ length: classCount }, () =>
    Float32Array.from({ length: featureCount }, () => distance * random.next()),
  );
  const examples = (['train', 'validation', 'test'] as const).flatMap((split) =>
    Array.from({ length: counts[split] }, (_, i) => ({
      hash: `${split}-${i}`,
      classIndex: i % classCount,
      split,
    })),
  );
  const entries = examples
    .filter(({ split }) => split !== 'test')
    .map(({ hash, classIndex }) => {
      const values = places[classIndex]?.map((value) => value + random.next()) ?? new Float32Array();
      return { hash, values: encodeHalf(values) };
    });
  await putFeatures(featureSourceOf(info, 'float32', 'ranges'), entries);
  const args: BaselineArgs = {
    ...{ examples, classCount, seed: 1 },
    arithmetic: 'float32',
    classWeights: 'balanced',
  };
  return { info, args };
}

const SMALL: Made = {
  counts: { train: 150, validation: 60, test: 10 },
  featureCount: 48,
  classCount: 3,
  distance: 0.4,
};

afterEach(clearFeatures);

describe.each<TensorflowBackend>(['wasm', 'webgl', 'webgpu'])('a first answer on %s', (backend) => {
  let active: Awaited<ReturnType<typeof activateBackend>>;
  beforeAll(async () => {
    active = await activateBackend(backend);
  });

  it('learns more from more pictures, with or without some to check with, and leaves no tensor', async () => {
    const { info, args } = await keepFeatures(SMALL);
    const session = { info, active, rangesId: 'ranges' };
    const before = tf.memory().numTensors;
    const shown: BaselineProgress[] = [];
    const { missing, answer } = await computeBaseline(session, args, {
      onProgress: (progress) => shown.push(progress),
      signal: open(),
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(missing).toBe(0);
    expect(answer).toMatchObject({
      ...{ checkedCount: 60, checkedWith: 'validation', trainCount: 150, trainTotal: 150 },
      growth: { fromCount: 75, toCount: 150 },
    });
    expect(answer?.points.map(({ trainCount, draws }) => [trainCount, draws])).toEqual([
      [15, 8],
      [39, 6],
      [75, 4],
      [150, 1],
    ]);
    expect(shown.map(({ points }) => points.length)).toEqual([1, 2, 3, 4]);
    expect(shown.every(({ points }) => points.at(-1)?.trainCount === 150)).toBe(true);
    const accuracies = answer?.points.map(({ accuracy }) => accuracy) ?? [];
    expect(accuracies[0]).toBeLessThan((accuracies[3] ?? 0) - 0.1);
    expect(answer?.accuracy).toBe(accuracies[3]);
    expect(answer?.accuracy).toBeGreaterThan(0.8);

    const examples = args.examples.filter(({ split }) => split === 'train');
    const alone = await computeBaseline(session, { ...args, examples }, silent);
    expect(alone.answer).toMatchObject({ checkedCount: 150, checkedWith: 'leaveOneOut' });
    expect(Math.abs((alone.answer?.accuracy ?? 0) - (answer?.accuracy ?? 0))).toBeLessThan(0.15);
  });
});

describe('a first answer', () => {
  let active: Awaited<ReturnType<typeof activateBackend>>;
  beforeAll(async () => {
    active = await activateBackend('wasm');
  });

  it('counts the pictures that were not looked at yet, and is not held up by those of test', async () => {
    const { info, args } = await keepFeatures(SMALL);
    const session = { info, active, rangesId: 'ranges' };
    const more = [
      ...args.examples,
      { hash: 'new', classIndex: 0, split: 'train' as const },
      { hash: 'newer', classIndex: 1, split: 'validation' as const },
    ];
    expect(await computeBaseline(session, { ...args, examples: more }, silent)).toEqual({
      missing: 2,
      answer: null,
    });
    // Features of another arithmetic are other features.
    const inIntegers = await computeBaseline(session, { ...args, arithmetic: 'int8' }, silent);
    expect(inIntegers.missing).toBe(210);
    await expect(computeBaseline(session, { ...args, examples: [] }, silent)).rejects.toMatchObject({
      code: 'nothingToTrain',
    });
  });

  it('guesses where there is nothing to learn, and of two pictures tells no growth', async () => {
    const { info, args } = await keepFeatures({ ...SMALL, distance: 0 });
    const session = { info, active, rangesId: 'ranges' };
    const { answer } = await computeBaseline(session, args, silent);
    expect(answer?.accuracy).toBeLessThan(0.6);
    const examples = args.examples.slice(0, 3);
    const tiny = await computeBaseline(session, { ...args, examples }, silent);
    expect(tiny.answer).toMatchObject({ trainCount: 3, growth: null, points: [{ trainCount: 3 }] });
  });

  it('of 1,000 pictures can be dropped on the way', async () => {
    const counts = { train: 1000, validation: 250, test: 0 };
    const { info, args } = await keepFeatures({ counts, featureCount: 2048, classCount: 10, distance: 0.08 });
    const session = { info, active, rangesId: 'ranges' };
    const before = tf.memory().numTensors;
    for (const examples of [args.examples, args.examples.slice(0, 1000)]) {
      const startMs = performance.now();
      let firstMs = 0;
      const onProgress = () => {
        firstMs ||= performance.now() - startMs;
      };
      const { answer } = await computeBaseline(
        session,
        { ...args, examples },
        { onProgress, signal: open() },
      );
      const took = `first after ${firstMs.toFixed()} ms, all after ${answer?.elapsedMs.toFixed()} ms`;
      console.warn(`1,000 × 2,048 × 10 on wasm, ${answer?.checkedWith}: ${took}`);
      expect(answer?.accuracy).toBeGreaterThan(0.5);
    }
    const cancel = new AbortController();
    const asked = computeBaseline(session, args, { onProgress: () => {}, signal: cancel.signal });
    setTimeout(() => cancel.abort(), 100);
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    expect(tf.memory().numTensors).toBe(before);
  });
});
