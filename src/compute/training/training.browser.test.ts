import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../domain/backends.ts';
import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { runReference } from '../../network/reference.ts';
import { createClouds, range } from '../../testing/training/table.ts';
import { headOnFeatures } from '../jobs/featureHead.ts';
import { chooseTrainer } from '../runtimes/choose/chooseTrainer.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';
import { createLayerTrainer } from '../runtimes/tensorflow/training/layerTrainer.ts';
import type { LoopProgress, TrainHeadArgs } from './runState.ts';
import { trainHead } from './train.ts';

interface Implementation {
  readonly title: string;
  readonly backend: TensorflowBackend;
  readonly create: typeof chooseTrainer;
  /** Whether its weights are tensors. */
  readonly holdsTensors: boolean;
  /** A GPU imitated by the processor takes seconds for what WASM does in a blink: fewer epochs show the same. */
  readonly epochs: number;
  readonly lossFraction: number;
}

const OWN: Implementation = {
  title: 'our own kernels',
  backend: 'wasm',
  create: chooseTrainer,
  holdsTensors: false,
  epochs: 12,
  lossFraction: 0.7,
};
const PLAIN: Implementation = {
  ...OWN,
  title: 'TensorFlow.js on wasm',
  create: createLayerTrainer,
  holdsTensors: true,
};
const ON_GPU = (['webgl', 'webgpu'] as const).map(
  (backend): Implementation => ({
    ...PLAIN,
    title: backend,
    backend,
    create: chooseTrainer,
    epochs: 5,
    lossFraction: 0.9,
  }),
);
const FEATURES = 12;
const CLASSES = 3;

const table = createClouds(150, FEATURES, CLASSES);
const settings: TrainSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  hiddenUnits: 16,
  epochs: 12,
  batchSize: 16,
  learningRate: 0.02,
  earlyStoppingPatience: null,
};
const args: TrainHeadArgs = {
  ...headOnFeatures(table, settings, CLASSES),
  rows: { train: range(0, 100), validation: range(100, 125), test: range(125, 150) },
  settings,
  resumeFrom: null,
};
const open = () => new AbortController().signal;
const context = (onProgress: (progress: LoopProgress) => void = () => {}) => ({
  onProgress,
  signal: open(),
  finishSignal: open(),
  lost: open(),
});

describe.each([OWN, PLAIN, ...ON_GPU])('training a head on $title', (implementation) => {
  const { backend, create, holdsTensors, epochs, lossFraction } = implementation;
  const argsHere = { ...args, ...headOnFeatures(table, settings, CLASSES, create) };

  beforeAll(async () => {
    await activateBackend(backend);
  });

  it('learns, counts what it says it counts, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const tensorsAfterEpoch: number[] = [];
    const result = await trainHead(
      argsHere,
      context(({ kind }) => {
        if (kind === 'epoch') tensorsAfterEpoch.push(tf.memory().numTensors);
      }),
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(new Set(tensorsAfterEpoch).size).toBe(1);
    expect((tensorsAfterEpoch[0] ?? before) > before).toBe(holdsTensors);
    expect(result.curve).toHaveLength(12);
    expect(result.curve.at(-1)?.loss).toBeLessThan((result.curve[0]?.loss ?? 0) / 2);
    expect(result.test?.accuracy).toBeGreaterThan(0.9);
    expect(result.test?.count).toBe(25);

    result.testProbabilities.forEach((probability, i) => {
      const row = args.rows.test[Math.floor(i / CLASSES)] ?? 0;
      const values = Float64Array.from(table.values.subarray(row * FEATURES, (row + 1) * FEATURES));
      const expected = runReference(result.head, { shape: [FEATURES], values }).values;
      expect(probability).toBeCloseTo(expected[i % CLASSES] ?? Number.NaN, 5);
    });
  });

  it('gives the same run for the same seed, and another for another', async () => {
    // A snapshot in the middle of a slow epoch parts the sum of its losses, which rounds otherwise: none is made here.
    const uncut = { ...argsHere, snapshotEveryMs: Number.POSITIVE_INFINITY };
    const run = (seed: number) => trainHead({ ...uncut, settings: { ...settings, epochs, seed } }, context());
    const [first, second, other] = [await run(1), await run(1), await run(2)];
    const losses = (result: typeof first) => result.curve.map(({ loss }) => loss);
    expect(losses(second)).toEqual(losses(first));
    expect(second.head.weights).toEqual(first.head.weights);
    expect(losses(other)).not.toEqual(losses(first));
  });

  it.each(['adam', 'adamw', 'sgd', 'rmsprop'] as const)('learns with %s', async (optimizer) => {
    const tuned = {
      ...settings,
      epochs,
      optimizer,
      l2: 1e-3,
      ...(optimizer === 'sgd' ? { learningRate: 0.05 } : {}),
    };
    const { curve } = await trainHead({ ...argsHere, settings: tuned }, context());
    expect(curve.at(-1)?.loss).toBeLessThan((curve[0]?.loss ?? 0) * lossFraction);
  });
});

describe.each([OWN, PLAIN])('stopping $title', ({ backend, create }) => {
  const argsHere = { ...args, ...headOnFeatures(table, settings, CLASSES, create) };

  beforeAll(async () => {
    await activateBackend(backend);
  });

  it('keeps the best epoch when the person stops early', async () => {
    const finish = new AbortController();
    const result = await trainHead(argsHere, {
      ...context((progress) => {
        if (progress.kind === 'epoch' && progress.metrics.epoch === 3) finish.abort();
      }),
      finishSignal: finish.signal,
    });
    expect(result.stopReason).toBe('finishedByPerson');
    expect(result.curve).toHaveLength(3);
  });

  it('stops by itself when the validation loss no longer falls', async () => {
    const hopeless = { ...settings, epochs: 60, learningRate: 0.5, earlyStoppingPatience: 2 };
    const result = await trainHead({ ...argsHere, settings: hopeless }, context());
    expect(result.stopReason).toBe('earlyStopping');
    expect(result.curve.length - result.bestEpoch).toBe(2);
  });

  it('gives back the weights that it began with where no epoch is better, and better ones where one is', async () => {
    const { head: start, validation } = await trainHead(argsHere, context());
    const wild = { ...settings, learningRate: 5, epochs: 4 };
    const worse = await trainHead({ ...argsHere, start, settings: wild }, context());
    expect(worse.curve.every(({ validationLoss }) => Number(validationLoss) > 1)).toBe(true);
    expect(worse.bestEpoch).toBe(0);
    expect(worse.head.weights).toEqual(start.weights);
    expect(worse.validation).toEqual(validation);
    // A fresh head is worth nothing yet: there the first epoch is taken however bad.
    const fresh = await trainHead({ ...argsHere, settings: { ...wild, epochs: 1 } }, context());
    expect(fresh.bestEpoch).toBe(1);

    const early = await trainHead({ ...argsHere, settings: { ...settings, epochs: 1 } }, context());
    const better = await trainHead({ ...argsHere, start: early.head }, context());
    expect(better.bestEpoch).toBeGreaterThan(0);
    expect(better.curve[better.bestEpoch - 1]?.validationLoss).toBeLessThan(
      early.curve[0]?.validationLoss ?? 0,
    );
    // Taken up again after its first epochs, it still has the start to beat.
    const snapshots: TrainSnapshot[] = [];
    await trainHead(
      { ...argsHere, start, settings: wild, snapshotEveryMs: 0 },
      context((progress) => {
        if (progress.kind === 'snapshot') snapshots.push(structuredClone(progress.snapshot));
      }),
    );
    const [resumeFrom = null] = snapshots;
    const resumed = await trainHead({ ...argsHere, settings: wild, resumeFrom }, context());
    expect([resumeFrom?.bestEpoch, resumed.bestEpoch]).toEqual([0, 0]);
    expect(resumed.head.weights).toEqual(start.weights);
  });

  it('rejects with `cancelled`, with the reason of a lost device, and with `notFinite`', async () => {
    const before = tf.memory().numTensors;
    const cancel = AbortSignal.abort();
    await expect(trainHead(argsHere, { ...context(), signal: cancel })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const lost = AbortSignal.abort(new Error('gone'));
    await expect(trainHead(argsHere, { ...context(), lost })).rejects.toThrow('gone');
    const wild = { ...settings, optimizer: 'sgd' as const, learningRate: 1e30 };
    await expect(trainHead({ ...argsHere, settings: wild }, context())).rejects.toMatchObject({
      code: 'notFinite',
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each([OWN, PLAIN])('going on from a snapshot of $title', ({ backend, create }) => {
  it.each<Partial<TrainSettings>>([
    { schedule: 'constant' },
    { schedule: 'cosine', warmupFraction: 0.3 },
    // A rate that is too high from the start, so that there is a plateau to leave on either side of the cut.
    { schedule: 'plateau', plateauPatience: 1, learningRate: 0.3, optimizer: 'rmsprop' },
    { schedule: 'step', rateStepEpochs: 3, optimizer: 'sgd', nesterov: true },
  ])('ends where the uninterrupted run ends, with %o', async (more) => {
    await activateBackend(backend);
    const here = { ...settings, ...more };
    const argsHere = { ...args, ...headOnFeatures(table, here, CLASSES, create), settings: here };
    const snapshots: TrainSnapshot[] = [];
    const collect = (progress: LoopProgress) => {
      if (progress.kind === 'snapshot') snapshots.push(progress.snapshot);
    };
    const whole = await trainHead({ ...argsHere, snapshotEveryMs: 0 }, context(collect));
    const resumeFrom = snapshots.find(({ epoch }) => epoch === 5) ?? null;
    expect(resumeFrom).not.toBeNull();
    const rest = await trainHead({ ...argsHere, resumeFrom }, context());
    // Sums are booked whenever a snapshot is handed out, so in groups that the clock decides: the last bit may differ.
    expect(rest.curve.length).toBe(whole.curve.length);
    rest.curve.forEach(({ loss }, i) => void expect(loss).toBeCloseTo(whole.curve[i]?.loss ?? Number.NaN, 5));
    const ratesOf = ({ curve }: typeof whole) => curve.map(({ learningRate }) => learningRate);
    expect(ratesOf(rest)).toEqual(ratesOf(whole));
    const rates = new Set(whole.curve.map(({ learningRate }) => learningRate));
    const ratesAfter = new Set(whole.curve.slice(5).map(({ learningRate }) => learningRate));
    expect(rates.size > 1 && ratesAfter.size > 1).toBe(more.schedule !== 'constant');
    expect(rest.test).toEqual(whole.test);
  });
});
