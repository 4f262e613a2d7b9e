import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_AUGMENTATION } from '../../domain/augmentation.ts';
import { DEFAULT_FINE_TUNE, type FineTuneSettings } from '../../domain/trainSettings.ts';
import type { Network } from '../../network/network.ts';
import { runReference } from '../../network/reference.ts';
import type { FineTuneArgs, TrainResult } from '../../rpc/trainingCalls.ts';
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
import { TEST_CLASSES, type TestEngine } from '../../testing/engine/smallEngine.ts';
import { settingsOfPhase } from '../training/fineTunePhase.ts';
import { trainableCount } from '../training/trainablePlan.ts';
import { estimateFineTuning } from './estimateJob.ts';
import { runFineTuning } from './fineTuneJob.ts';
import { cutOf, inputShapeOf } from './trainedPart.ts';

const exact = (network: Network) => {
  const entries = Object.entries(network.weights).map(([key, { values }]) => [key, [...values]] as const);
  return Object.fromEntries(entries);
};
/** So high that nothing good comes of it. */
const WILD: FineTuneSettings = { ...FINE_TUNE, learningRate: 30 };

describe.each(['wasm', 'webgl'] as const)('fine-tuning on %s', (backend) => {
  let runs: FineTuneRuns;
  let engine: TestEngine;
  let first: TrainResult;
  beforeAll(async () => {
    runs = await openFineTuneRuns(backend);
    ({ engine, first } = runs);
  });
  afterAll(() => runs.close());
  const argsOf: FineTuneRuns['argsOf'] = (...args) => runs.argsOf(...args);

  it.each([
    [1, 'b_relu', false],
    ...(backend === 'wasm'
      ? ([
          [2, 'a_relu', true],
          ['all', 'input', false],
        ] as const)
      : []),
  ] as const)(
    'of %o stages fine-tunes the network from %s on, augmented: %o',
    async (stages, cut, isAugmented) => {
      const tensors = tf.memory().numTensors;
      engine.asked.length = 0;
      const seen: string[] = [];
      const augmentation = isAugmented ? { ...NO_AUGMENTATION, brightness: 0.1, mixUp: 0.2 } : null;
      const args = argsOf({ stages }, { augmentation });
      const { head, curve, bestEpoch, test, testProbabilities } = await runFineTuning(
        engine.session,
        args,
        contextOf(({ kind }) => seen.push(kind)),
      );
      expect(tf.memory().numTensors).toBe(tensors);
      expect(curve.slice(0, 3)).toEqual(first.curve);
      expect(curve.slice(3).map(({ epoch, phase }) => [epoch, phase])).toEqual([
        [4, 'fineTune'],
        [5, 'fineTune'],
      ]);
      expect(bestEpoch).toBeGreaterThan(3);
      expect(cutOf(engine.session, head)).toBe(cut);
      expect(new Set(engine.asked.map(({ target }) => target))).toEqual(new Set([cut]));
      expect(engine.asked.some((one) => one.isAugmented)).toBe(isAugmented);
      expect(seen.filter((kind) => kind === 'epoch')).toHaveLength(2);

      // What it says of the first test picture is what plain loops say of it.
      const row = examples.findIndex(({ split }) => split === 'test');
      const close = await engine.session.openTarget({ arithmetic: 'float32', upTo: cut });
      const maps: Float64Array[] = [];
      await engine.session.pool.extract({
        count: 1,
        open: () => pictures[row]?.blob ?? new Blob(),
        onPicture: ({ features }) => maps.push(Float64Array.from(features ?? [])),
        target: { arithmetic: 'float32', upTo: cut },
      });
      await close();
      const values = maps[0] ?? new Float64Array();
      const expected = runReference(head, { shape: inputShapeOf(head), values }).values;
      expected.forEach((value, i) => {
        expect(testProbabilities[i]).toBeCloseTo(value, 2);
      });
      const tested = examples.filter(({ split }) => split === 'test');
      const again = await evaluateHead(
        engine.session,
        { ...common, examples: tested, head, pictures },
        open(),
      );
      expect(again).toEqual(test);
      expect(tf.memory().numTensors).toBe(tensors);
    },
  );

  it('that gains nothing gives the head back as it was', async () => {
    const tensors = tf.memory().numTensors;
    const result = await runFineTuning(engine.session, argsOf(WILD), contextOf());
    expect(tf.memory().numTensors).toBe(tensors);
    expect(result.bestEpoch).toBe(first.bestEpoch);
    expect(result.curve).toHaveLength(5);
    expect(cutOf(engine.session, result.head)).toBeNull();
    expect(exact(result.head)).toEqual(exact(first.head));
    expect([result.test, result.validation]).toEqual([first.test, first.validation]);
    result.testProbabilities.forEach((value, i) => {
      expect(value).toBeCloseTo(first.testProbabilities[i] ?? Number.NaN, 5);
    });
  });

  // On a software GPU these would take minutes and say nothing more.
  if (backend === 'wasm') describe('on the processor', onTheProcessor);

  function onTheProcessor() {
    it('ends where the uninterrupted run ends, when it goes on from a snapshot', async () => {
      const augmentation = { ...NO_AUGMENTATION, brightness: 0.2, cutMix: 1 };
      const args = argsOf({ epochs: 3 }, { augmentation, dropout: 0.2, schedule: 'cosine' });
      const { result, snapshots } = await runs.withSnapshots(args);
      expect(snapshots.map(({ epoch }) => epoch)).toEqual(expect.arrayContaining([3, 4, 5]));
      for (const at of [3, 4, 6]) {
        const resumeFrom = snapshots.find(({ epoch }) => epoch === at) ?? null;
        expect(resumeFrom?.phase).toBe('fineTune');
        const resumed = { ...args, start: null, curve: [], bestEpoch: 0, resumeFrom };
        const rest = await runFineTuning(engine.session, resumed, contextOf());
        const losses = ({ curve }: TrainResult) =>
          curve.flatMap(({ loss, validationLoss }) => [loss, validationLoss]);
        losses(rest).forEach((loss, i) => {
          expect(Math.abs((loss ?? 0) - (losses(result)[i] ?? 0))).toBeLessThan(1e-6);
        });
        expect(rest.curve).toHaveLength(6);
        expect([rest.bestEpoch, rest.test]).toEqual([result.bestEpoch, result.test]);
      }
    });

    it('goes on from a fine-tuned model: with more stages, with fewer, and keeps it where nothing is gained', async () => {
      const part = await runFineTuning(engine.session, argsOf(), contextOf());
      const from = (network: Network, fineTune: Partial<FineTuneSettings>): FineTuneArgs => ({
        ...argsOf({ epochs: 1, ...fineTune }),
        start: { network, classNames: TEST_CLASSES },
        ...{ curve: [], bestEpoch: 0 },
      });
      const wider = await runFineTuning(
        engine.session,
        from(part.head, { stages: 2, learningRate: 1e-6 }),
        contextOf(),
      );
      expect(cutOf(engine.session, wider.head)).toBe('a_relu');
      expect(wider.curve.map(({ epoch, phase }) => [epoch, phase])).toEqual([[1, 'fineTune']]);
      // Its weights were those of the fine-tuned model, and of the backbone before it.
      wider.testProbabilities.forEach((value, i) => {
        expect(value).toBeCloseTo(part.testProbabilities[i] ?? Number.NaN, 2);
      });
      const kept = await runFineTuning(engine.session, from(wider.head, { stages: 1 }), contextOf());
      expect(cutOf(engine.session, kept.head)).toBe('a_relu');

      const { result, snapshots } = await runs.withSnapshots(from(part.head, { ...WILD, epochs: 2 }));
      expect(result.bestEpoch).toBe(0);
      expect(exact(result.head)).toEqual(exact(part.head));
      const resumeFrom = snapshots.find(({ epoch }) => epoch === 1) ?? null;
      expect(resumeFrom).not.toBeNull();
      const resumed = await runFineTuning(
        engine.session,
        { ...from(part.head, { ...WILD, epochs: 2 }), start: null, resumeFrom },
        contextOf(),
      );
      expect(exact(resumed.head)).toEqual(exact(part.head));
      expect(resumed.test).toEqual(part.test);
    });

    it('takes its own batch size as that of a step', () => {
      const gathering = { ...settings, accumulationSteps: 4 };
      const fineTune = { ...DEFAULT_FINE_TUNE, batchSize: 6 };
      expect(settingsOfPhase(gathering, fineTune)).toMatchObject({ batchSize: 6, accumulationSteps: 1 });
    });

    it('says what is missing, and leaves nothing behind', async () => {
      const tensors = tf.memory().numTensors;
      const few = { ...argsOf(), pictures: pictures.slice(1) };
      await expect(runFineTuning(engine.session, few, contextOf())).rejects.toMatchObject({
        code: 'notFound',
      });
      const untrained = { ...argsOf(), examples: examples.filter(({ split }) => split !== 'train') };
      await expect(runFineTuning(engine.session, untrained, contextOf())).rejects.toMatchObject({
        code: 'nothingToTrain',
      });
      const cancel = new AbortController();
      const dropped = runFineTuning(engine.session, argsOf({ epochs: 50 }), {
        ...contextOf(({ kind }) => kind === 'epoch' && cancel.abort()),
        signal: cancel.signal,
      });
      await expect(dropped).rejects.toMatchObject({ code: 'cancelled' });
      expect(tf.memory().numTensors).toBe(tensors);
    });

    it('is estimated beforehand', async () => {
      const tensors = tf.memory().numTensors;
      const estimate = await estimateFineTuning(
        engine.session,
        { settings, classCount: 3, pictureCount: 40 },
        open(),
      );
      expect(tf.memory().numTensors).toBe(tensors);
      const { head } = await runFineTuning(engine.session, argsOf(), contextOf());
      const count = Object.values(head.weights).reduce((sum, { values }) => sum + values.length, 0);
      expect(estimate.trainableParameters).toBe(count);
      expect(trainableCount(head.nodes)).toBe(count);
      expect(estimate.cacheBytesPerPicture).toBe(8 * 8 * 8 * 2);
      expect(estimate.memoryBytes).toBeGreaterThan(count * 4 * 4);
      expect(Number.isFinite(estimate.msPerPicture) && Number.isFinite(estimate.msPerStep)).toBe(true);
      expect(estimate.frozenMsPerPicture).toBeGreaterThan(0);
      engine.asked.length = 0;
      const startCut = { nodeName: 'a_relu', shape: [16, 16, 6] };
      const augmented = { ...settings, augmentation: { ...NO_AUGMENTATION, horizontalFlip: true } };
      const fromFineTuned = await estimateFineTuning(
        engine.session,
        { settings: augmented, classCount: 3, pictureCount: 40, startCut },
        open(),
      );
      // 6 · 8 kernels of 3 × 3 and their biases more.
      expect(fromFineTuned.trainableParameters).toBe(count + 6 * 8 * 9 + 8);
      expect(engine.asked.length).toBeGreaterThan(0);
      expect(engine.asked.every((one) => one.isAugmented && one.target === 'a_relu')).toBe(true);
      await expect(
        estimateFineTuning(engine.session, { settings, classCount: 3, pictureCount: 1 }, AbortSignal.abort()),
      ).rejects.toMatchObject({ code: 'cancelled' });
    });
  }
});
