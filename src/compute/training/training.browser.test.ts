import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import { runReference } from '../../network/reference.ts';
import type { BackendName, TrainProgress, TrainSnapshot } from '../../rpc/protocol.ts';
import { createRandom } from '../../shared/random.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../shared/training.ts';
import { activateBackend } from '../backends/activate.ts';
import { type FeatureTable, toBatch, toColumns } from './batches.ts';
import { createDenseStack } from './denseStack.ts';
import { type TrainHeadArgs, trainHead } from './trainHead.ts';

const BACKENDS: readonly BackendName[] = ['wasm', 'webgl', 'webgpu'];
const FEATURES = 12;
const CLASSES = 3;

/** Three clouds of points that a head can tell apart, but not without learning. */
function clouds(count: number): FeatureTable {
  const random = createRandom(5);
  const values = new Float32Array(count * FEATURES);
  const labels = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const label = row % CLASSES;
    labels[row] = label;
    for (let f = 0; f < FEATURES; f++) {
      values[row * FEATURES + f] = random.next() + (f % CLASSES === label ? 0.7 : 0);
    }
  }
  return { values, featureCount: FEATURES, labels };
}

const table = clouds(150);
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const settings: TrainSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  hiddenUnits: 16,
  epochs: 12,
  batchSize: 16,
  learningRate: 0.02,
  earlyStoppingPatience: null,
};
const args: TrainHeadArgs = {
  table,
  classCount: CLASSES,
  rows: { train: range(0, 100), validation: range(100, 125), test: range(125, 150) },
  settings,
  resumeFrom: null,
};
const open = () => new AbortController().signal;
const context = (onProgress: (progress: TrainProgress) => void = () => {}) => ({
  onProgress,
  signal: open(),
  finishSignal: open(),
  lost: open(),
});

describe.each(BACKENDS)('training a head on %s', (backend) => {
  // A GPU imitated by the processor takes seconds for what WASM does in a blink: fewer epochs show the same.
  const [epochs, lossShare] = backend === 'wasm' ? [12, 0.7] : [5, 0.9];

  beforeAll(async () => {
    await activateBackend(backend);
  });

  it('computes the gradients that differences of the loss give', async () => {
    const random = createRandom(9);
    const nodes = buildHeadNodes({ head: 'mlp', hiddenUnits: 5, dropout: 0 }, FEATURES, CLASSES);
    const head = createHead(nodes, () => random.next());
    const classWeights = [0.5, 1, 2];
    const rows = [0, 1, 2, 3, 4];
    const batch = toBatch(table, rows, 8, classWeights);
    const stack = createDenseStack(head);
    const { gradients, lossSum, correct } = stack.step(batch, batch.weightSum, () => new Float32Array());

    const lossOf = (network: typeof head) => {
      const total = rows.reduce((sum, row) => {
        const example = Float64Array.from(table.values.subarray(row * FEATURES, (row + 1) * FEATURES));
        const output = runReference(network, { shape: [FEATURES], values: example }).values;
        const label = table.labels[row] ?? 0;
        return sum - Math.log(output[label] ?? 0) * (classWeights[label] ?? 0);
      }, 0);
      return total / batch.weightSum;
    };
    expect((await lossSum.data())[0]).toBeCloseTo(lossOf(head) * batch.weightSum, 3);

    for (const [{ key, isKernel }, gradient] of gradients) {
      const actual = await gradient.data();
      const weight = head.weights[key];
      if (!weight) throw new Error(key);
      const [inputs = 1, units = 1] = weight.shape;
      for (const index of [0, Math.floor(weight.values.length / 2), weight.values.length - 1]) {
        const moved = (by: number) => {
          const values = weight.values.slice();
          values[index] = (values[index] ?? 0) + by;
          return lossOf({ ...head, weights: { ...head.weights, [key]: { ...weight, values } } });
        };
        const numeric = (moved(1e-2) - moved(-1e-2)) / 2e-2;
        const place = isKernel ? (index % units) * inputs + Math.floor(index / units) : index;
        expect(actual[place]).toBeCloseTo(numeric, 2);
      }
      gradient.dispose();
    }
    tf.dispose([lossSum, correct, batch.rows, batch.columns, batch.targets, batch.weights]);
    stack.dispose();
  });

  it('learns, counts what it says it counts, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const tensorsAfterEpoch: number[] = [];
    const result = await trainHead(
      args,
      context(() => tensorsAfterEpoch.push(tf.memory().numTensors)),
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(new Set(tensorsAfterEpoch).size).toBe(1);
    expect(result.curve).toHaveLength(12);
    expect(result.curve.at(-1)?.loss).toBeLessThan((result.curve[0]?.loss ?? 0) / 2);
    expect(result.test?.accuracy).toBeGreaterThan(0.9);
    expect(result.test?.count).toBe(25);

    const stack = createDenseStack(result.head);
    const columns = toColumns(table, args.rows.test, 25);
    const again = stack.predict(columns);
    const probabilities = await again.data();
    result.testProbabilities.forEach((p, i) => {
      expect(probabilities[i]).toBeCloseTo(p, 5);
    });
    tf.dispose([columns, again]);
    stack.dispose();
  });

  it('gives the same run for the same seed, and another for another', async () => {
    const run = (seed: number) => trainHead({ ...args, settings: { ...settings, epochs, seed } }, context());
    const [first, second, other] = [await run(1), await run(1), await run(2)];
    const losses = (result: typeof first) => result.curve.map(({ loss }) => loss);
    expect(losses(second)).toEqual(losses(first));
    expect(losses(other)).not.toEqual(losses(first));
  });

  it.each(['adam', 'adamw', 'sgd'] as const)('learns with %s', async (optimizer) => {
    const tuned = {
      ...settings,
      epochs,
      optimizer,
      l2: 1e-3,
      ...(optimizer === 'sgd' ? { learningRate: 0.05 } : {}),
    };
    const { curve } = await trainHead({ ...args, settings: tuned }, context());
    expect(curve.at(-1)?.loss).toBeLessThan((curve[0]?.loss ?? 0) * lossShare);
  });
});

describe('stopping', () => {
  beforeAll(async () => {
    await activateBackend('wasm');
  });

  it('keeps the best epoch when the person stops early', async () => {
    const finish = new AbortController();
    const result = await trainHead(args, {
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
    const result = await trainHead({ ...args, settings: hopeless }, context());
    expect(result.stopReason).toBe('earlyStopping');
    expect(result.curve.length - result.bestEpoch).toBe(2);
  });

  it('rejects with `cancelled`, with the reason of a lost device, and with `notFinite`', async () => {
    const before = tf.memory().numTensors;
    const cancel = AbortSignal.abort();
    await expect(trainHead(args, { ...context(), signal: cancel })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const lost = AbortSignal.abort(new Error('gone'));
    await expect(trainHead(args, { ...context(), lost })).rejects.toThrow('gone');
    const wild = { ...settings, optimizer: 'sgd' as const, learningRate: 1e30 };
    await expect(trainHead({ ...args, settings: wild }, context())).rejects.toMatchObject({
      code: 'notFinite',
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('going on from a snapshot', () => {
  it('ends where the uninterrupted run ends', async () => {
    await activateBackend('wasm');
    const snapshots: TrainSnapshot[] = [];
    const collect = (progress: TrainProgress) => {
      if (progress.kind === 'snapshot') snapshots.push(progress.snapshot);
    };
    const whole = await trainHead({ ...args, snapshotEveryMs: 0 }, context(collect));
    const resumeFrom = snapshots.find(({ epoch }) => epoch === 5) ?? null;
    expect(resumeFrom).not.toBeNull();
    const rest = await trainHead({ ...args, resumeFrom }, context());
    expect(rest.curve.map(({ loss }) => loss)).toEqual(whole.curve.map(({ loss }) => loss));
    expect(rest.test).toEqual(whole.test);
  });
});
