import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../domain/backends.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { proposeRate, type RatePoint, risingRates } from '../../evaluation/lrCurve.ts';
import { createClouds, range } from '../../testing/training/table.ts';
import { headOnFeatures } from '../jobs/featureHead.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';
import { createLayerTrainer } from '../runtimes/tensorflow/training/layerTrainer.ts';
import { runLrRangeTest } from './lrRangeTest.ts';
import { trainHead } from './train.ts';

const FEATURES = 24;
const CLASSES = 3;
const SETTINGS: TrainSettings = { ...DEFAULT_TRAIN_SETTINGS, hiddenUnits: 16, batchSize: 16 };
const clouds = createClouds(160, FEATURES, CLASSES);
/** Every fifth picture bears a wrong label: whoever learns in leaps is sure of the wrong thing. */
const labels = clouds.labels.map((label, row) => (row % 5 === 0 ? (label + 1) % CLASSES : label));
const table = { ...clouds, labels };
const train = range(0, 120);
const never = new AbortController().signal;

function find(
  settings: TrainSettings,
  more: Partial<Parameters<typeof runLrRangeTest>[0]> = {},
  onPoint: (points: readonly RatePoint[]) => void = () => undefined,
  signal = never,
) {
  return runLrRangeTest(
    { ...headOnFeatures(table, settings, CLASSES), settings, rows: train, ...more },
    { onPoint, signal, lost: never },
  );
}

async function lossAfterTraining(settings: TrainSettings): Promise<number> {
  const rows = { train, validation: range(120, 160), test: new Int32Array() };
  const { curve, bestEpoch } = await trainHead(
    { ...headOnFeatures(table, settings, CLASSES), rows, settings, resumeFrom: null },
    { onProgress: () => undefined, signal: never, finishSignal: never, lost: never },
  );
  return curve[bestEpoch - 1]?.validationLoss ?? Number.NaN;
}

describe.each<TensorflowBackend>(['wasm', 'webgl', 'webgpu'])('testing learning rates on %s', (backend) => {
  it('tries rising rates, tells each, and leaves nothing behind', async () => {
    await activateBackend(backend);
    const settings = { ...SETTINGS, dropout: 0, accumulationSteps: 2 };
    await find(settings, { steps: 2 });
    const tensors = tf.memory().numTensors;
    const told: number[] = [];
    const more = { ...headOnFeatures(table, settings, CLASSES, createLayerTrainer), steps: 8 };
    const points = await find(settings, more, (soFar) => void told.push(soFar.length));
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(points.map(({ learningRate }) => learningRate)).toEqual(risingRates(8));
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('the rate that a test proposes', () => {
  it.each<Partial<TrainSettings>>([
    { optimizer: 'adam' },
    { optimizer: 'sgd' },
    { optimizer: 'sgd', head: 'linear', momentum: 0 },
  ])('trains better than rates far off, with %o', async (more) => {
    await activateBackend('wasm');
    const settings = { ...SETTINGS, ...more, epochs: 8, earlyStoppingPatience: null };
    const rate = proposeRate(await find(settings));
    expect(rate).not.toBeNull();
    const proposed = await lossAfterTraining({ ...settings, learningRate: rate ?? 0 });
    expect(proposed).toBeLessThan(await lossAfterTraining({ ...settings, learningRate: (rate ?? 0) / 30 }));
    expect(proposed).toBeLessThan(await lossAfterTraining({ ...settings, learningRate: (rate ?? 0) * 100 }));
  });

  it('is none where there is nothing to learn', async () => {
    await activateBackend('wasm');
    const blank = { ...table, values: new Float32Array(table.values.length) };
    expect(proposeRate(await find(SETTINGS, headOnFeatures(blank, SETTINGS, CLASSES)))).toBeNull();
  });

  it('is the same for the same seed, and a cancel ends the test', async () => {
    await activateBackend('wasm');
    expect(await find(SETTINGS)).toEqual(await find(SETTINGS));
    const cancel = new AbortController();
    let last = 0;
    const cancelled = find(
      SETTINGS,
      {},
      ({ length }) => {
        last = length;
        if (length === 5) cancel.abort();
      },
      cancel.signal,
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(last).toBe(5);
  });
});
