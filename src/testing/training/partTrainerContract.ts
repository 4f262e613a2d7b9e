/** What every trainer of a part of a network is held to: the plain loops of `network/reference.ts`, and itself. */
import { expect, it } from 'vitest';
import type { RowMixes } from '../../compute/training/activationSource.ts';
import type { Trainer, TrainerArgs } from '../../compute/training/trainer.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import { getWeight, type Network } from '../../network/network.ts';
import { createRandom, shuffle } from '../../shared/random.ts';
import { BARE, CLASSES, createPart, DROPOUT_PART, PARTS } from './fineTunedParts.ts';
import { withMoved } from './heads.ts';
import { NORMED_PART, withBatchMoments } from './normedPart.ts';
import { answerOf, createMaps, createSource, type LossCase, partLossOf } from './partData.ts';
import { range } from './table.ts';

export const PART_CLASS_WEIGHTS = [0.5, 1, 2];
const data = createMaps(30);
export const PART_ROWS = Int32Array.from([3, 1, 5, 8, 13]);
const mixes: RowMixes = {
  labels: data.labels.map((label, row) => (row % 2 === 0 ? label : (label + 1) % CLASSES)),
  fractions: Float32Array.from(data.labels, (_, row) => (row % 2 === 0 ? 1 : 0.7)),
};

/** What a trainer of these nodes is given in the tests. */
export function partArgsFor(network: Network, more: Partial<TrainerArgs> = {}): TrainerArgs {
  return {
    source: createSource(data),
    labels: data.labels,
    classWeights: PART_CLASS_WEIGHTS,
    settings: BARE,
    start: { head: network, optimizerState: {}, optimizerSteps: 0 },
    microBatch: 5,
    ...more,
  };
}

/** Over all weights. */
export function largestWeightDifference(a: Network, b: Network): number {
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

export interface TrainerInQuestion {
  create(args: TrainerArgs): Promise<Trainer>;
  /** Things that its runtime holds on to, where they can be counted. */
  held?(): number;
}

/** Makes a trainer, lets it work and takes it away again, with all that it held. */
export async function withPartTrainer<T>(
  { create, held = () => 0 }: TrainerInQuestion,
  args: TrainerArgs,
  work: (trainer: Trainer) => Promise<T>,
): Promise<T> {
  const before = held();
  const trainer = await create(args);
  try {
    return await work(trainer);
  } finally {
    trainer.dispose();
    expect(held()).toBe(before);
  }
}

/** The network after one step. */
export function steppedBy(question: TrainerInQuestion, args: TrainerArgs, seed = 1): Promise<Network> {
  return withPartTrainer(question, args, async (trainer) => {
    await trainer.step(PART_ROWS, createRandom(seed), args.settings.learningRate);
    return trainer.toNetwork();
  });
}

/** Every op of a part, forward and back, within a `describe`. */
export function testPartGradients(question: TrainerInQuestion): void {
  it.each(Object.entries(PARTS))(
    'has the gradients that differences of the loss give: %s',
    async (_, nodes) => {
      const network = createPart(nodes);
      expectGradients(network, await steppedBy(question, partArgsFor(network)), {
        data,
        rows: PART_ROWS,
        classWeights: PART_CLASS_WEIGHTS,
      });
    },
  );
}

/** The whole suite, within a `describe`. */
export function testPartTrainer(question: TrainerInQuestion): void {
  const { held = () => 0 } = question;
  const stepped = (args: TrainerArgs, seed?: number) => steppedBy(question, args, seed);
  const withTrainer = <T>(args: TrainerArgs, work: (trainer: Trainer) => Promise<T>) =>
    withPartTrainer(question, args, work);

  testPartGradients(question);

  it.each(Object.entries(PARTS))('answers as plain loops do: %s', async (_, nodes) => {
    const network = createPart(nodes);
    const few = Int32Array.from([7, 0, 4]);
    const actual = await withTrainer(partArgsFor(network, { microBatch: 2 }), (trainer) =>
      trainer.predict(few),
    );
    const expected = [...few].flatMap((row) => [...answerOf(network, data, row)]);
    expect(actual).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(1e-5);
    });
  });

  it('lets BatchNorm learn from the batch, and answers by its moving averages', async () => {
    const network = createPart(NORMED_PART);
    const args = partArgsFor(network, { norms: 'learning' });
    const after = await stepped(args);
    const lossCase = { data, rows: PART_ROWS, classWeights: PART_CLASS_WEIGHTS };
    expectGradients(network, after, lossCase, (seen) => withBatchMoments(seen, data, PART_ROWS));

    const ofBatch = withBatchMoments(network, data, PART_ROWS);
    for (const node of network.nodes) {
      if (node.op !== 'batchNorm') continue;
      // Places that a mean goes over: those of the map, in each of the rows.
      const places = PART_ROWS.length * 6 * 7;
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
      await trainer.step(PART_ROWS, createRandom(1), BARE.learningRate);
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
    const args = partArgsFor(network, { norms: 'learning', settings });
    const step = (trainer: Trainer) => trainer.step(PART_ROWS, createRandom(1), settings.learningRate);
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
    expect(largestWeightDifference(rest, whole)).toBeLessThan(1e-6);
  });

  it('trains towards mixed and smoothed targets, by the focal loss', async () => {
    const network = createPart(PARTS['a bottleneck'] ?? []);
    const settings: TrainSettings = { ...BARE, labelSmoothing: 0.2, focalGamma: 1.5 };
    const source = createSource(data, mixes);
    const after = await stepped(partArgsFor(network, { settings, source }));
    const { labelSmoothing, focalGamma } = settings;
    const lossCase = { data, rows: PART_ROWS, classWeights: PART_CLASS_WEIGHTS };
    expectGradients(network, after, { ...lossCase, mixes, labelSmoothing, focalGamma });
  });

  it('takes the same step whatever the micro-batch, dropout and clipping included', async () => {
    const network = createPart(DROPOUT_PART);
    const settings = { ...BARE, clipNorm: 0.1 };
    const whole = await stepped(partArgsFor(network, { settings, microBatch: 5 }));
    expect(largestWeightDifference(network, whole)).toBeGreaterThan(1e-3);
    for (const microBatch of [1, 2, 8]) {
      const parts = await stepped(partArgsFor(network, { settings, microBatch }));
      expect(largestWeightDifference(whole, parts)).toBeLessThan(1e-6);
    }
    const other = await stepped(partArgsFor(network, { settings }), 2);
    expect(largestWeightDifference(whole, other)).toBeGreaterThan(1e-3);
  });

  it('goes on from a snapshot as if nothing had been, and holds on to no tensor', async () => {
    const settings: TrainSettings = { ...BARE, optimizer: 'adam', learningRate: 0.01 };
    const args = partArgsFor(createPart(DROPOUT_PART), { settings, microBatch: 3 });
    const random = createRandom(3);
    await withTrainer(args, async (trainer) => {
      await trainer.step(PART_ROWS, random, 0.01);
      const alive = held();
      await trainer.step(PART_ROWS, random, 0.01);
      const state = random.state;
      const start = await trainer.snapshot();
      await trainer.step(PART_ROWS, random, 0.01);
      await trainer.predict(PART_ROWS);
      expect(held()).toBe(alive);
      const resumed = await withTrainer({ ...args, start }, async (other) => {
        await other.step(PART_ROWS, createRandom(state), 0.01);
        return other.toNetwork();
      });
      expect(largestWeightDifference(resumed, await trainer.toNetwork())).toBe(0);
      trainer.restore(start.head);
      expect(largestWeightDifference(start.head, await trainer.toNetwork())).toBe(0);
    });
  });

  it('learns', async () => {
    const settings: TrainSettings = { ...BARE, optimizer: 'adam', learningRate: 0.02 };
    const args = partArgsFor(createPart(PARTS['a bottleneck'] ?? []), { settings, microBatch: 10 });
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
}
