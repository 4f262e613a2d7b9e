import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainSettings } from '../../../../domain/trainSettings.ts';
import { buildHeadNodes } from '../../../../network/head.ts';
import { runReference } from '../../../../network/reference.ts';
import { createRandom } from '../../../../shared/random.ts';
import {
  createStart,
  lossOf,
  type Shape,
  settingsFor,
  toClassWeights,
  withMixes,
  withMoved,
} from '../../../../testing/training/heads.ts';
import { createClouds, range } from '../../../../testing/training/table.ts';
import { createHeadTrainer } from '../../../jobs/featureHead.ts';
import type { FeatureTable } from '../../../training/featureTable.ts';
import type { LossSettings } from '../../../training/loss.ts';
import type { Trainer, TrainerArgs, TrainerState } from '../../../training/trainer.ts';
import { activateBackend } from '../../tensorflow/activate.ts';
import { createLayerTrainer } from '../../tensorflow/training/layerTrainer.ts';
import { type CompiledKernels, KERNEL_BUILDS, type KernelBuild } from '../builds.ts';
import { loadTrainingKernels } from './loadTrainingKernels.ts';
import { createPartTrainer } from './partTrainer.ts';

const ODD_SHAPES: readonly Shape[] = [
  { features: 1, hidden: 1, classes: 2, batch: 1 },
  { features: 5, hidden: 9, classes: 3, batch: 1 },
  { features: 13, hidden: 25, classes: 9, batch: 33 },
  { features: 24, hidden: 8, classes: 8, batch: 6 },
  { features: 31, hidden: 50, classes: 17, batch: 7 },
  { features: 7, hidden: 0, classes: 4, batch: 33 },
];

const LOSSES: readonly (LossSettings & { isMixed: boolean })[] = [
  { labelSmoothing: 0.2, focalGamma: 0, isMixed: false },
  { labelSmoothing: 0, focalGamma: 2, isMixed: false },
  { labelSmoothing: 0.1, focalGamma: 0.5, isMixed: true },
];

type CreateHead = (
  args: Pick<TrainerArgs, 'classWeights' | 'settings' | 'start'> & { table: FeatureTable },
) => Promise<Trainer>;

const createOnTensorflow: CreateHead = ({ table, ...of }) => createHeadTrainer(table, of, createLayerTrainer);

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? Number.NaN))),
    0,
  );
}

describe.each(KERNEL_BUILDS)('a head on our own kernels, %s', (build: KernelBuild) => {
  let kernels: CompiledKernels | null = null;
  const create: CreateHead = ({ table, ...of }) =>
    createHeadTrainer(table, of, (args) => {
      if (!kernels) throw new Error('no kernels');
      const spawn = () => {
        throw new Error('a head needs no worker');
      };
      return createPartTrainer({ kernels: { own: kernels, shared: null }, workers: 0, spawn }, args);
    });

  beforeAll(async () => {
    await activateBackend('wasm');
    kernels = await loadTrainingKernels([build]);
    expect(kernels?.build).toBe(build);
  });

  it.each(ODD_SHAPES)('has the gradients that differences of the loss give: %o', async (shape) => {
    // One step of plain gradient descent at rate 1 moves each weight by its gradient.
    for (const loss of LOSSES) {
      const settings = settingsFor(shape, { optimizer: 'sgd', momentum: 0, learningRate: 1, ...loss });
      const plain = createClouds(shape.batch + 3, shape.features, shape.classes);
      const table = loss.isMixed ? withMixes(plain, shape.classes) : plain;
      const rows = range(2, 2 + shape.batch);
      const classWeights = toClassWeights(shape.classes);
      const start = createStart(shape, settings);
      const trainer = await create({ table, classWeights, settings, start });
      await trainer.step(rows, createRandom(1), settings.learningRate);
      const { lossSum, weightSum } = await trainer.takeTotals();
      expect(lossSum / weightSum).toBeCloseTo(lossOf(start.head, table, rows, classWeights), 5);
      const after = await trainer.toNetwork();
      for (const [key, { values }] of Object.entries(start.head.weights)) {
        const step = Math.max(1, Math.floor(values.length / 20));
        for (let index = 0; index < values.length; index += step) {
          const actual = (values[index] ?? 0) - (after.weights[key]?.values[index] ?? Number.NaN);
          const lossAt = (by: number) =>
            lossOf(withMoved(start.head, key, index, by), table, rows, classWeights, loss);
          expect(actual, `${key}[${index}]`).toBeCloseTo((lossAt(1e-5) - lossAt(-1e-5)) / 2e-5, 5);
        }
      }
    }
  });

  it.each<Partial<TrainSettings>>([
    { optimizer: 'adam' },
    { optimizer: 'adam', labelSmoothing: 0.2 },
    { optimizer: 'adamw' },
    { optimizer: 'sgd' },
    { optimizer: 'sgd', nesterov: true },
    { optimizer: 'rmsprop' },
    { focalGamma: 1.5, labelSmoothing: 0.1 },
    { clipNorm: 0.2 },
    { batchSize: 6, accumulationSteps: 3 },
    { optimizer: 'sgd', batchSize: 4, accumulationSteps: 4, clipNorm: 0.3, focalGamma: 2 },
  ])('moves where TensorFlow.js moves with %o, at rates that change', async (more) => {
    const shape = { features: 31, hidden: 50, classes: 9, batch: 16 };
    const settings = settingsFor(shape, { dropout: 0.4, l2: 1e-2, weightDecay: 0.1, ...more });
    const table = withMixes(createClouds(60, shape.features, shape.classes), shape.classes);
    const args = { table, classWeights: toClassWeights(9), settings, start: createStart(shape, settings) };
    const train = async (trainer: Trainer) => {
      const random = createRandom(3);
      // The last batch but one is not full.
      const batches = [range(0, 16), range(16, 32), range(32, 48), range(48, 53), range(0, 16)];
      for (const [i, rows] of batches.entries()) await trainer.step(rows, random, 1e-3 * (i + 1));
      const result = {
        totals: await trainer.takeTotals(),
        state: await trainer.snapshot(),
        predicted: await trainer.predict(range(0, 60)),
        random: random.state,
      };
      trainer.dispose();
      return result;
    };
    const tensors = tf.memory().numTensors;
    const [own, theirs] = [await train(await create(args)), await train(await createOnTensorflow(args))];
    expect(tf.memory().numTensors).toBe(tensors);
    expect(own.random).toBe(theirs.random);
    expect(own.totals.lossSum).toBeCloseTo(theirs.totals.lossSum, 3);
    expect(own.totals.weightSum).toBeCloseTo(theirs.totals.weightSum, 5);
    expect(own.totals.correct).toBe(theirs.totals.correct);
    expect(own.state.optimizerSteps).toBe(5);
    expect(largestDifference(own.predicted, theirs.predicted)).toBeLessThan(1e-5);
    for (const [key, { shape: weightShape, values }] of Object.entries(theirs.state.head.weights)) {
      expect(own.state.head.weights[key]?.shape).toEqual(weightShape);
      expect(largestDifference(own.state.head.weights[key]?.values ?? [], values), key).toBeLessThan(2e-5);
    }
    expect(Object.keys(own.state.optimizerState).sort()).toEqual(
      Object.keys(theirs.state.optimizerState).sort(),
    );
    for (const [key, values] of Object.entries(theirs.state.optimizerState)) {
      expect(largestDifference(own.state.optimizerState[key] ?? [], values), key).toBeLessThan(1e-5);
    }
  });

  it('moves the weights with batches gathered as with one batch of them all', async () => {
    const shape = { features: 13, hidden: 25, classes: 5, batch: 24 };
    const table = withMixes(createClouds(60, shape.features, shape.classes), shape.classes);
    const start = createStart(shape, settingsFor(shape));
    const classWeights = toClassWeights(5);
    for (const clipNorm of [null, 0.1]) {
      const trainWith = async (make: CreateHead, more: Partial<TrainSettings>) => {
        const settings = settingsFor(shape, { clipNorm, l2: 1e-2, ...more });
        const trainer = await make({ table, classWeights, settings, start });
        // The last group of an epoch is smaller.
        for (const rows of [range(0, 24), range(24, 48), range(48, 59)]) {
          await trainer.step(rows, createRandom(1), 0.01);
        }
        const totals = await trainer.takeTotals();
        const { head, optimizerSteps } = await trainer.snapshot();
        trainer.dispose();
        expect(optimizerSteps).toBe(3);
        return { totals, values: Object.values(head.weights).flatMap(({ values }) => [...values]) };
      };
      for (const make of [create, createOnTensorflow]) {
        const whole = await trainWith(make, {});
        const parts = await trainWith(make, { batchSize: 8, accumulationSteps: 3 });
        expect(largestDifference(parts.values, whole.values)).toBeLessThan(1e-5);
        expect(parts.totals.lossSum).toBeCloseTo(whole.totals.lossSum, 3);
        expect(parts.totals.weightSum).toBeCloseTo(whole.totals.weightSum, 4);
        expect(parts.totals.correct).toBe(whole.totals.correct);
      }
    }
  });

  it('goes no further than the norm of its gradients allows, in the same direction', async () => {
    const shape = { features: 13, hidden: 25, classes: 5, batch: 24 };
    const table = createClouds(24, shape.features, shape.classes);
    const movesWith = async (make: CreateHead, clipNorm: number | null) => {
      const settings = settingsFor(shape, { optimizer: 'sgd', momentum: 0, clipNorm });
      const start = createStart(shape, settings);
      const trainer = await make({ table, classWeights: toClassWeights(5), settings, start });
      await trainer.step(range(0, 24), createRandom(1), 1);
      const { weights } = await trainer.toNetwork();
      trainer.dispose();
      return Object.entries(start.head.weights).flatMap(([key, { values }]) =>
        Array.from(values, (value, i) => (weights[key]?.values[i] ?? Number.NaN) - value),
      );
    };
    const free = await movesWith(create, null);
    const norm = Math.hypot(...free);
    for (const make of [create, createOnTensorflow]) {
      const held = await movesWith(make, norm / 4);
      expect(Math.hypot(...held) / norm).toBeCloseTo(0.25, 4);
      expect(
        largestDifference(
          held.map((move) => move * 4),
          free,
        ),
      ).toBeLessThan(1e-5);
      expect(largestDifference(await movesWith(make, norm * 2), free)).toBeLessThan(1e-6);
    }
  });

  it('takes the rate of each step, and no other', async () => {
    const shape = { features: 5, hidden: 0, classes: 3, batch: 4 };
    const table = createClouds(4, 5, 3);
    const movedAt = async (learningRate: number) => {
      const settings = settingsFor(shape, { optimizer: 'sgd', momentum: 0, learningRate: 77 });
      const start = createStart(shape, settings);
      const before = start.head.weights['logits/bias']?.values[0] ?? Number.NaN;
      const trainer = await create({ table, classWeights: [1, 1, 1], settings, start });
      await trainer.step(range(0, 4), createRandom(1), learningRate);
      return ((await trainer.toNetwork()).weights['logits/bias']?.values[0] ?? Number.NaN) - before;
    };
    expect(await movedAt(0)).toBe(0);
    expect((await movedAt(0.5)) / (await movedAt(0.25))).toBeCloseTo(2, 4);
  });

  it('goes on from a snapshot of its own to the bit, and from one of TensorFlow.js', async () => {
    const shape = { features: 13, hidden: 25, classes: 9, batch: 10 };
    const settings = settingsFor(shape, { dropout: 0.3 });
    const table = createClouds(40, shape.features, shape.classes);
    const args = { table, classWeights: toClassWeights(9), settings, start: createStart(shape, settings) };
    const halves = async (first: CreateHead, second: CreateHead) => {
      const random = createRandom(3);
      const before = await first(args);
      for (const from of [0, 10, 20])
        await before.step(range(from, from + 10), random, settings.learningRate);
      const start = await before.snapshot();
      before.dispose();
      const after = await second({ ...args, start });
      for (const from of [30, 0, 10]) await after.step(range(from, from + 10), random, settings.learningRate);
      const state = await after.snapshot();
      after.dispose();
      return state;
    };
    const through = await create(args);
    const random = createRandom(3);
    for (const from of [0, 10, 20, 30, 0, 10])
      await through.step(range(from, from + 10), random, settings.learningRate);
    const whole = await through.snapshot();
    expect(await halves(create, create)).toEqual(whole);
    const kernelOf = ({ head }: TrainerState) => head.weights['hidden/kernel']?.values ?? [];
    for (const [first, second] of [
      [create, createOnTensorflow],
      [createOnTensorflow, create],
    ] as const) {
      const mixed = await halves(first, second);
      expect(mixed.optimizerSteps).toBe(6);
      expect(largestDifference(kernelOf(mixed), kernelOf(whole))).toBeLessThan(2e-5);
    }
  });

  it('stays finite where the softmax is saturated', async () => {
    const shape = { features: 5, hidden: 0, classes: 3, batch: 4 };
    const settings = settingsFor(shape, { optimizer: 'sgd', momentum: 0, learningRate: 1 });
    const start = createStart(shape, settings);
    const bias = start.head.weights['logits/bias']?.values;
    bias?.set([-3e4, 0, 3e4]);
    const table = { ...createClouds(4, 5, 3), labels: Int32Array.of(0, 2, 2, 2) };
    const trainer = await create({ table, classWeights: [1, 1, 1], settings, start });
    await trainer.step(range(0, 4), createRandom(1), settings.learningRate);
    const { lossSum, correct } = await trainer.takeTotals();
    expect(lossSum).toBeCloseTo(-Math.log(1e-7), 5);
    expect(correct).toBe(3);
    const moved = (await trainer.toNetwork()).weights['logits/bias']?.values ?? [];
    expect([...moved]).toEqual([-3e4 + 0.25, 0, 3e4 - 0.25]);
    const probabilities = await trainer.predict(range(0, 4));
    expect([...probabilities.subarray(0, 3)]).toEqual([0, 0, 1]);
  });

  it('predicts more rows than a pass takes, and what a restored head predicts', async () => {
    const shape = { features: 13, hidden: 25, classes: 9, batch: 10 };
    const settings = settingsFor(shape);
    const table = createClouds(250, shape.features, shape.classes);
    const args = { table, classWeights: toClassWeights(9), settings, start: createStart(shape, settings) };
    const trainer = await create(args);
    const predicted = await trainer.predict(range(0, 250));
    const expected = Array.from(range(0, 250)).flatMap((row) => {
      const values = Float64Array.from(table.values.subarray(row * 13, (row + 1) * 13));
      return Array.from(runReference(args.start.head, { shape: [13], values }).values);
    });
    expect(largestDifference(predicted, expected)).toBeLessThan(1e-6);
    await trainer.step(range(0, 10), createRandom(1), settings.learningRate);
    expect(await trainer.predict(range(0, 250))).not.toEqual(predicted);
    trainer.restore(args.start.head);
    expect(await trainer.predict(range(0, 250))).toEqual(predicted);
    expect(await trainer.predict(new Int32Array())).toHaveLength(0);
  });

  it('says so where there is no room', async () => {
    const shape = { features: 40_000, hidden: 0, classes: 10_000, batch: 1 };
    const settings = settingsFor(shape);
    const nodes = buildHeadNodes(settings, shape.features, shape.classes);
    // Nobody gets as far as to read them.
    const empty = (...sizes: number[]) => ({ shape: sizes, values: new Float32Array() });
    const weights = {
      'logits/kernel': empty(shape.features, shape.classes),
      'logits/bias': empty(shape.classes),
    };
    const start = { head: { name: 'huge', nodes, weights }, optimizerState: {}, optimizerSteps: 0 };
    const table = createClouds(1, 1, 1);
    await expect(create({ table, classWeights: [1], settings, start })).rejects.toMatchObject({
      code: 'outOfMemory',
    });
  });
});
