import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../../../domain/backends.ts';
import type { TrainSettings } from '../../../../domain/trainSettings.ts';
import { getWeight, type Network } from '../../../../network/network.ts';
import { createRandom, shuffle } from '../../../../shared/random.ts';
import {
  answerOf,
  BARE,
  CLASSES,
  createMaps,
  createPart,
  createSource,
  DROPOUT_PART,
  type LossCase,
  PARTS,
  partLossOf,
} from '../../../../testing/training/fineTunedParts.ts';
import { withMoved } from '../../../../testing/training/heads.ts';
import { NORMED_PART, withBatchMoments } from '../../../../testing/training/normedPart.ts';
import { range } from '../../../../testing/training/table.ts';
import type { HeadTrainer, RowMixes } from '../../../training/trainer.ts';
import { activateBackend } from '../../choose/activate.ts';
import { KERNEL_BUILDS } from '../../wasm/builds.ts';
import { loadTrainingKernels } from '../../wasm/training/loadTrainingKernels.ts';
import { type ConvOps, TENSORFLOW_CONVS } from './convOps.ts';
import { createFineTuneTrainer, type FineTuneTrainerArgs } from './fineTuneTrainer.ts';
import { createKernelConvs } from './kernelConvs.ts';
import { maxPoolBackward } from './poolOps.ts';
import { planWindow } from './windows.ts';

const classWeights = [0.5, 1, 2];
const data = createMaps(30);
const rows = Int32Array.from([3, 1, 5, 8, 13]);
const mixes: RowMixes = {
  labels: data.labels.map((label, row) => (row % 2 === 0 ? label : (label + 1) % CLASSES)),
  fractions: Float32Array.from(data.labels, (_, row) => (row % 2 === 0 ? 1 : 0.7)),
};

function plainArgsFor(network: Network, more: Partial<FineTuneTrainerArgs> = {}): FineTuneTrainerArgs {
  return {
    source: createSource(data),
    labels: data.labels,
    classWeights,
    settings: BARE,
    start: { head: network, optimizerState: {}, optimizerSteps: 0 },
    microBatch: 5,
    ...more,
  };
}

/** Makes a trainer, lets it work and takes it away again. */
async function withTrainer<T>(
  args: FineTuneTrainerArgs,
  work: (trainer: HeadTrainer) => Promise<T>,
): Promise<T> {
  const trainer = await createFineTuneTrainer(args);
  try {
    return await work(trainer);
  } finally {
    trainer.dispose();
  }
}

/** The network after one step. */
function stepped(args: FineTuneTrainerArgs, seed = 1): Promise<Network> {
  return withTrainer(args, async (trainer) => {
    await trainer.step(rows, createRandom(seed), args.settings.learningRate);
    return trainer.toNetwork();
  });
}

function largestDifference(a: Network, b: Network): number {
  return Object.entries(a.weights).reduce((largest, [key, { values }]) => {
    const others = b.weights[key]?.values;
    return values.reduce((sum, value, i) => {
      return Math.max(sum, Math.abs(value - (others?.[i] ?? Number.NaN)));
    }, largest);
  }, 0);
}

/**
 * Holds a step of `stepped` with `BARE` against differences of the loss at places of every weight.
 * @param seenBy what a step makes of the network before it answers, where a BatchNorm learns
 */
function expectGradients(
  before: Network,
  after: Network,
  lossCase: LossCase,
  seenBy: (network: Network) => Network = (network) => network,
): void {
  const random = createRandom(12);
  const isLearning = seenBy(before) !== before;
  for (const [key, { values }] of Object.entries(before.weights)) {
    if (isLearning && key.includes('/moving')) continue;
    const isFrozen = !isLearning && /gamma|beta|moving/.test(key);
    const places = new Set([0, values.length - 1]);
    for (let i = 0; i < 4; i++) places.add(Math.floor(random.next() * values.length));
    for (const place of places) {
      const moved = (by: number) => partLossOf(seenBy(withMoved(before, key, place, by)), lossCase);
      const numeric = isFrozen ? 0 : (moved(1e-5) - moved(-1e-5)) / 2e-5;
      const actual = (values[place] ?? 0) - (after.weights[key]?.values[place] ?? Number.NaN);
      expect(Math.abs(actual - numeric), `${key} at ${place}: ${actual}, not ${numeric}`).toBeLessThan(
        2e-5 + 1e-3 * Math.abs(numeric),
      );
    }
  }
}

interface Implementation {
  readonly title: string;
  readonly backend: TensorflowBackend;
  readonly loadConvs: () => Promise<ConvOps | null>;
}

const IMPLEMENTATIONS: readonly Implementation[] = [
  ...KERNEL_BUILDS.map((build): Implementation => {
    const title = `wasm with our own kernels, ${build}`;
    const loadConvs = async () => {
      const kernels = await loadTrainingKernels([build]);
      return kernels && createKernelConvs(kernels);
    };
    return { title, backend: 'wasm', loadConvs };
  }),
  ...(['wasm', 'webgl', 'webgpu'] as const).map((backend): Implementation => {
    return { title: `TensorFlow.js on ${backend}`, backend, loadConvs: async () => TENSORFLOW_CONVS };
  }),
];

describe.each(IMPLEMENTATIONS)('layers that train: $title', ({ backend, loadConvs }) => {
  let convs: ConvOps = TENSORFLOW_CONVS;
  /** Arguments for the convolutions in question. */
  const argsFor: typeof plainArgsFor = (network, more) => ({ ...plainArgsFor(network, more), convs });

  beforeAll(async () => {
    await activateBackend(backend);
    const loaded = await loadConvs();
    if (!loaded) throw new Error('the kernels cannot reach the memory of TensorFlow.js');
    convs = loaded;
  });

  it.each(Object.entries(PARTS))(
    'has the gradients that differences of the loss give: %s',
    async (_, nodes) => {
      const network = createPart(nodes);
      const tensors = tf.memory().numTensors;
      expectGradients(network, await stepped(argsFor(network)), { data, rows, classWeights });
      expect(tf.memory().numTensors).toBe(tensors);
    },
  );

  it.each(Object.entries(PARTS))('answers as plain loops do: %s', async (_, nodes) => {
    const network = createPart(nodes);
    const few = Int32Array.from([7, 0, 4]);
    const actual = await withTrainer(argsFor(network, { microBatch: 2 }), (trainer) => trainer.predict(few));
    const expected = [...few].flatMap((row) => [...answerOf(network, data, row)]);
    expect(actual).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(1e-5);
    });
  });

  it('lets BatchNorm learn from the batch, and answers by its moving averages', async () => {
    const network = createPart(NORMED_PART);
    const tensors = tf.memory().numTensors;
    const args = argsFor(network, { norms: 'learning' });
    const after = await stepped(args);
    expect(tf.memory().numTensors).toBe(tensors);
    const lossCase = { data, rows, classWeights };
    expectGradients(network, after, lossCase, (seen) => withBatchMoments(seen, data, rows));

    const ofBatch = withBatchMoments(network, data, rows);
    for (const node of network.nodes) {
      if (node.op !== 'batchNorm') continue;
      // Places that a mean goes over: those of the map, in each of the rows.
      const places = rows.length * 6 * 7;
      const expectFollowed = (kind: string, correction: number) => {
        const [was, seen, is] = [network, ofBatch, after].map(
          (one) => getWeight(one, node.name, kind).values,
        );
        is?.forEach((value, i) => {
          const expected =
            node.momentum * (was?.[i] ?? 0) + (1 - node.momentum) * (seen?.[i] ?? 0) * correction;
          expect(Math.abs(value - expected)).toBeLessThan(1e-5);
        });
      };
      expectFollowed('movingMean', 1);
      expectFollowed('movingVariance', places / (places - 1));
    }

    // With the averages that it was given before the step, and with those after it.
    const few = Int32Array.from([7, 0]);
    const answers = await withTrainer(args, async (trainer) => {
      const before = await trainer.predict(few);
      await trainer.step(rows, createRandom(1), BARE.learningRate);
      return [before, await trainer.predict(few)];
    });
    [network, after].forEach((one, i) => {
      const expected = [...few].flatMap((row) => [...answerOf(one, data, row)]);
      expected.forEach((value, at) => {
        expect(Math.abs((answers[i]?.[at] ?? Number.NaN) - value)).toBeLessThan(1e-5);
      });
    });
  });

  it('goes on with the moving averages of a snapshot', async () => {
    const network = createPart(NORMED_PART);
    const settings: TrainSettings = { ...BARE, optimizer: 'adam', learningRate: 0.01 };
    const args = argsFor(network, { norms: 'learning', settings });
    const step = (trainer: HeadTrainer) => trainer.step(rows, createRandom(1), settings.learningRate);
    const [start, whole] = await withTrainer(args, async (trainer) => {
      await step(trainer);
      const snapshot = await trainer.snapshot();
      await step(trainer);
      return [snapshot, await trainer.toNetwork()] as const;
    });
    const rest = await withTrainer({ ...args, start }, async (trainer) => {
      await step(trainer);
      return trainer.toNetwork();
    });
    expect(largestDifference(rest, whole)).toBeLessThan(1e-6);
  });

  it('trains towards mixed and smoothed targets, by the focal loss', async () => {
    const network = createPart(PARTS['a bottleneck'] ?? []);
    const settings: TrainSettings = { ...BARE, labelSmoothing: 0.2, focalGamma: 1.5 };
    const source = createSource(data, mixes);
    const after = await stepped(argsFor(network, { settings, source }));
    const { labelSmoothing, focalGamma } = settings;
    expectGradients(network, after, { data, rows, classWeights, mixes, labelSmoothing, focalGamma });
  });

  it('takes the same step whatever the micro-batch, dropout and clipping included', async () => {
    const network = createPart(DROPOUT_PART);
    const settings = { ...BARE, clipNorm: 0.1 };
    const whole = await stepped(argsFor(network, { settings, microBatch: 5 }));
    expect(largestDifference(network, whole)).toBeGreaterThan(1e-3);
    for (const microBatch of [1, 2, 8]) {
      const parts = await stepped(argsFor(network, { settings, microBatch }));
      expect(largestDifference(whole, parts)).toBeLessThan(1e-6);
    }
    const other = await stepped(argsFor(network, { settings }), 2);
    expect(largestDifference(whole, other)).toBeGreaterThan(1e-3);
  });

  it('goes on from a snapshot as if nothing had been, and holds on to no tensor', async () => {
    const tensors = tf.memory().numTensors;
    const settings: TrainSettings = { ...BARE, optimizer: 'adam', learningRate: 0.01 };
    const args = argsFor(createPart(DROPOUT_PART), { settings, microBatch: 3 });
    const random = createRandom(3);
    await withTrainer(args, async (trainer) => {
      await trainer.step(rows, random, 0.01);
      const alive = tf.memory().numTensors;
      await trainer.step(rows, random, 0.01);
      const state = random.state;
      const start = await trainer.snapshot();
      await trainer.step(rows, random, 0.01);
      await trainer.predict(rows);
      expect(tf.memory().numTensors).toBe(alive);
      const resumed = await withTrainer({ ...args, start }, async (other) => {
        await other.step(rows, createRandom(state), 0.01);
        return other.toNetwork();
      });
      expect(largestDifference(resumed, await trainer.toNetwork())).toBe(0);
      trainer.restore(start.head);
      expect(largestDifference(start.head, await trainer.toNetwork())).toBe(0);
    });
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('learns', async () => {
    const settings: TrainSettings = { ...BARE, optimizer: 'adam', learningRate: 0.02 };
    const args = argsFor(createPart(PARTS['a bottleneck'] ?? []), { settings, microBatch: 10 });
    const random = createRandom(3);
    await withTrainer(args, async (trainer) => {
      const losses: number[] = [];
      for (let epoch = 0; epoch < 12; epoch++) {
        const order = shuffle(range(0, 30), random);
        for (let i = 0; i < 30; i += 10) await trainer.step(order.subarray(i, i + 10), random, 0.02);
        const { lossSum, weightSum } = await trainer.takeTotals();
        losses.push(lossSum / weightSum);
      }
      expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.5);
      const probabilities = await trainer.predict(range(0, 30));
      const right = data.labels.filter((label, row) => {
        const line = probabilities.subarray(row * CLASSES, (row + 1) * CLASSES);
        return line.indexOf(Math.max(...line)) === label;
      });
      expect(right.length).toBeGreaterThan(26);
    });
  });

  it('sends the gradient of equal values to the first of them', async () => {
    const nodes = PARTS['maxPool that leaves pixels out'] ?? [];
    const node = nodes.find(({ op }) => op === 'maxPool');
    if (node?.op !== 'maxPool') throw new Error('no pool');
    const gradient = await tf
      .tidy(() =>
        maxPoolBackward(
          tf.zeros([1, 6, 7, 1]),
          tf.zeros([1, 1, 2, 1]),
          tf.ones([1, 1, 2, 1]),
          planWindow(node, [6, 7], [1, 2]),
        ),
      )
      .data();
    expect([...gradient].flatMap((value, place) => (value === 0 ? [] : [[place, value]]))).toEqual([
      [0, 1],
      [3, 1],
    ]);
  });
});

it('refuses what does not end in a softmax', async () => {
  const { nodes, ...rest } = createPart(PARTS['a bottleneck'] ?? []);
  const headless = { ...rest, nodes: nodes.slice(0, -1) };
  await expect(createFineTuneTrainer(plainArgsFor(headless))).rejects.toThrow('softmax');
  expect(getWeight(createPart(nodes), 'logits', 'bias').values).toHaveLength(CLASSES);
});
