import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FineTuneSettings } from '../../domain/trainSettings.ts';
import type { Network } from '../../network/network.ts';
import type { TrainResult } from '../../rpc/trainingCalls.ts';
import { evaluateHead } from '../../testing/engine/evaluateHead.ts';
import {
  common,
  contextOf,
  examples,
  FINE_TUNE,
  type FineTuneRuns,
  open,
  openFineTuneRuns,
  pictures,
  settings,
} from '../../testing/engine/fineTuneRuns.ts';
import { TEST_CLASSES } from '../../testing/engine/smallEngine.ts';
import { estimateFineTuning } from './estimateJob.ts';
import { runFineTuning } from './fineTuneJob.ts';

const LEARNING: FineTuneSettings = {
  ...FINE_TUNE,
  norms: 'learning',
  learningRate: 0.003,
  epochs: 3,
  batchSize: 8,
};

describe('fine-tuning in which BatchNorm learns', () => {
  let runs: FineTuneRuns;
  let first: TrainResult;
  beforeAll(async () => {
    runs = await openFineTuneRuns('wasm');
    first = runs.first;
  });
  afterAll(() => runs.close());

  it('begins where the folded network stood, moves its averages, and goes on', async () => {
    const tensors = tf.memory().numTensors;
    const { engine, argsOf, withSnapshots } = runs;
    const args = argsOf(LEARNING);
    const { result, snapshots } = await withSnapshots(args);
    const atStart = snapshots.find(({ epoch }) => epoch === 3)?.head ?? first.head;
    const names = result.head.nodes.map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual(['b_relu', 'c', 'c_norm', 'c_relu']);
    const values = (network: Network, kind: string) => [...(network.weights[`c_norm/${kind}`]?.values ?? [])];
    expect(values(atStart, 'gamma').every((gamma) => Math.abs(gamma - 1.1) < 1e-6)).toBe(true);
    for (const kind of ['gamma', 'beta', 'movingMean', 'movingVariance'])
      expect(values(result.head, kind), kind).not.toEqual(values(atStart, kind));
    expect(result.bestEpoch).toBeGreaterThan(3);

    const resumeFrom = snapshots.find(({ epoch }) => epoch === 4) ?? null;
    const rest = await runFineTuning(
      engine.session,
      { ...args, start: null, curve: [], bestEpoch: 0, resumeFrom },
      contextOf(),
    );
    rest.curve.forEach(({ loss }, i) => {
      expect(loss).toBeCloseTo(result.curve[i]?.loss ?? Number.NaN, 6);
    });

    const tested = examples.filter(({ split }) => split === 'test');
    const again = await evaluateHead(
      engine.session,
      { ...common, examples: tested, head: result.head, pictures },
      open(),
    );
    expect(again).toEqual(result.test);
    const kept = await runFineTuning(
      engine.session,
      { ...argsOf({ epochs: 1 }), start: { network: result.head, classNames: TEST_CLASSES }, curve: [] },
      contextOf(),
    );
    // Frozen from now on: what the averages are they stay.
    expect(values(kept.head, 'movingMean')).toEqual(values(result.head, 'movingMean'));
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('is estimated with what it has instead of biases', async () => {
    const { engine } = runs;
    const count = Object.values(first.head.weights).reduce((sum, { values }) => sum + values.length, 0);
    const args = { settings: { ...settings, fineTune: LEARNING }, classCount: 3, pictureCount: 40 };
    const estimate = await estimateFineTuning(engine.session, args, open());
    // 8 · 12 kernels of 3 × 3, and two numbers for each of 12 channels.
    expect(estimate.trainableParameters).toBe(count + 8 * 12 * 9 + 2 * 12);
    expect(estimate.normPictures).toBe(LEARNING.batchSize);
    const frozen = { ...args, settings };
    expect((await estimateFineTuning(engine.session, frozen, open())).normPictures).toBeNull();
  });
});
