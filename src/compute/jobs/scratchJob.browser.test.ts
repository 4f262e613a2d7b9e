import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_AUGMENTATION } from '../../domain/augmentation.ts';
import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import { freshNetworkOf } from '../../domain/model.ts';
import { DEFAULT_EXPORT } from '../../domain/modelExport.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { runReference } from '../../network/reference.ts';
import type { ClassifyOutcome } from '../../rpc/classifyCalls.ts';
import type { FineTuneProgress, ScratchArgs } from '../../rpc/trainingCalls.ts';
import {
  createTestEngine,
  drawPictures,
  TEST_CLASSES,
  type TestEngine,
} from '../../testing/engine/smallEngine.ts';
import { SAMPLE_DESCRIPTION } from '../../testing/formats/sampleModel.ts';
import { createClassifier } from './classifier.ts';
import { freshSessionOf } from './freshSession.ts';
import { exportModel, importModel } from './modelFiles.ts';
import { findUnreadable } from './readableJob.ts';
import { runFromScratch } from './scratchJob.ts';
import type { Session } from './session.ts';
import { inputShapeOf } from './trainedPart.ts';

const { pictures, examples } = await drawPictures(40);
const CLASS_NAMES: readonly string[] = TEST_CLASSES;
const NETWORK = { backboneId: 'plain-cnn', inputSizePx: 28 };
const settings: TrainSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  ...{ head: 'linear', dropout: 0, l2: 0, learningRate: 0.003, epochs: 6, batchSize: 8 },
  ...{ earlyStoppingPatience: null, classWeights: 'none', fromScratch: NETWORK },
};
const common: ScratchArgs = {
  ...{ examples, pictures, classNames: TEST_CLASSES, settings },
  ...{ arithmetic: 'float32', resumeFrom: null, start: null, keep: null },
};
const open = () => new AbortController().signal;
const contextOf = (onProgress: (progress: FineTuneProgress) => void = () => undefined) => ({
  ...{ onProgress, signal: open(), finishSignal: open() },
});

describe('a network from scratch', () => {
  let engine: TestEngine;
  let session: Session;
  beforeAll(async () => {
    engine = await createTestEngine('wasm');
    session = freshSessionOf(engine.session, NETWORK);
  });
  afterAll(() => engine.close());

  it('learns as a whole, in one phase, and answers as plain loops do', async () => {
    const { head, curve, backbone, test, testProbabilities } = await runFromScratch(
      session,
      common,
      contextOf(),
    );
    expect(curve).toHaveLength(6);
    expect(curve.every(({ phase }) => phase === undefined)).toBe(true);
    expect(curve.at(-1)?.loss).toBeLessThan((curve[0]?.loss ?? 0) * 0.8);
    expect(test?.count).toBe(8);
    expect(backbone && freshNetworkOf(backbone)).toEqual(NETWORK);
    expect(inputShapeOf(head)).toEqual([28, 28, 3]);

    const row = examples.findIndex(({ split }) => split === 'test');
    const target = { arithmetic: 'float32', upTo: session.plan.nodes[0]?.name ?? '' } as const;
    const own = { ...target, input: session.ownInput ?? undefined };
    const close = await session.openTarget(own);
    const maps: Float64Array[] = [];
    await session.pool.extract({
      count: 1,
      open: () => pictures[row]?.blob ?? new Blob(),
      onPicture: ({ features }) => maps.push(Float64Array.from(features ?? [])),
      target: own,
    });
    await close();
    const values = maps[0] ?? new Float64Array();
    expect(values).toHaveLength(28 * 28 * 3);
    const expected = runReference(head, { shape: [28, 28, 3], values }).values;
    expected.forEach((value, i) => {
      expect(testProbabilities[i]).toBeCloseTo(value, 2);
    });
  });

  it('goes the same way after an interruption, augmented', async () => {
    const augmentation = { ...NO_AUGMENTATION, horizontalFlip: true, cropPaddingPx: 2 };
    const args = { ...common, settings: { ...settings, epochs: 3, augmentation } };
    const snapshots: TrainSnapshot[] = [];
    const whole = await runFromScratch(
      session,
      args,
      contextOf((progress) => {
        if (progress.kind === 'snapshot' && progress.snapshot) snapshots.push(progress.snapshot);
      }),
    );
    const pausing = new AbortController();
    const stopped = await runFromScratch(session, args, {
      ...contextOf(({ kind }) => kind === 'epoch' && pausing.abort()),
      finishSignal: pausing.signal,
    });
    expect(stopped.curve[0]?.loss).toBe(whole.curve[0]?.loss);
    expect(stopped.curve.length).toBeLessThan(3);
    for (const resumeFrom of snapshots) {
      const rest = await runFromScratch(session, { ...args, resumeFrom }, contextOf());
      expect(rest.curve.map(({ loss }) => loss)).toEqual(whole.curve.map(({ loss }) => loss));
    }
  });

  it('goes on from a model, with classes that it did not know', async () => {
    const first = await runFromScratch(session, common, contextOf());
    const start = { network: first.head, classNames: TEST_CLASSES };
    const classNames = [...TEST_CLASSES.slice(1), TEST_CLASSES[0], 'another'];
    const moved = examples.map((example) => ({
      ...example,
      classIndex: (example.classIndex + TEST_CLASSES.length - 1) % TEST_CLASSES.length,
    }));
    const args = { ...common, examples: moved, classNames, start, settings: { ...settings, epochs: 1 } };
    const second = await runFromScratch(session, args, contextOf());
    expect(second.curve[0]?.loss).toBeLessThan(first.curve[0]?.loss ?? 0);
  });

  it('classifies, and goes out into a file and comes back', async () => {
    const { head, backbone, testProbabilities } = await runFromScratch(session, common, contextOf());
    if (!backbone) throw new Error('no backbone');
    const sessionFor = (info: typeof backbone) => {
      const fresh = freshNetworkOf(info);
      return fresh ? freshSessionOf(engine.session, fresh) : engine.session;
    };
    const row = examples.findIndex(({ split }) => split === 'test');
    const outcomes: ClassifyOutcome[] = [];
    const classifier = createClassifier(engine.session, sessionFor);
    const reference = { kind: 'head', id: 'a', head, classNames: TEST_CLASSES, backbone } as const;
    const blob = pictures[row]?.blob ?? new Blob();
    await classifier.classifyAll([blob], reference, 3, (outcome) => outcomes.push(outcome), open());
    const [outcome] = outcomes;
    if (!outcome?.ok) throw new Error('no answer');
    for (const { label, probability } of outcome.result.top) {
      const index = CLASS_NAMES.indexOf(label);
      expect(probability).toBeCloseTo(testProbabilities[index] ?? Number.NaN, 4);
    }

    const counts = CLASS_NAMES.map((className) => ({ className, train: 8, validation: 3, test: 3 }));
    const described = { ...SAMPLE_DESCRIPTION, data: { ...SAMPLE_DESCRIPTION.data, counts } };
    const description = { ...described, classNames: CLASS_NAMES, backbone, settings };
    const silent = { onProgress: () => undefined, signal: open() };
    const { file, fileName } = await exportModel(
      session,
      { options: DEFAULT_EXPORT, description, head, pictures: [] },
      silent,
    );
    expect(fileName).toMatch(/\.zip$/);
    const back = await importModel(sessionFor, file, silent);
    expect(back.description.backbone).toEqual(backbone);
    expect(back.head.nodes).toEqual(head.nodes);
    expect(Object.keys(back.head.weights).sort()).toEqual(Object.keys(head.weights).sort());
    const { weights } = back.head;
    for (const [key, { values }] of Object.entries(head.weights))
      expect(weights[key]?.values).toEqual(values);
  });

  it('is told of pictures that cannot be read', async () => {
    const broken = { hash: 'broken', blob: new Blob([new Uint8Array(20)]) };
    const silent = { onProgress: () => undefined, signal: open() };
    const { failed } = await findUnreadable(session, { pictures: [...pictures, broken] }, silent);
    expect(failed).toEqual(['broken']);
  });

  it('is told of the colours of the pictures that it is to be normalised by', async () => {
    const canvas = new OffscreenCanvas(32, 32);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.fillStyle = 'rgb(10 20 30)';
    context.fillRect(0, 0, 32, 32);
    context.fillStyle = 'rgb(110 20 30)';
    context.fillRect(0, 0, 32, 16);
    const plain = { hash: 'plain', blob: await canvas.convertToBlob({ type: 'image/png' }) };
    const silent = { onProgress: () => undefined, signal: open() };
    const { colours } = await findUnreadable(
      session,
      { pictures: [...pictures, plain], measured: ['plain'] },
      silent,
    );
    // Where both halves meet the filter mixes them.
    expect(colours?.mean.map(Math.round)).toEqual([60, 20, 30]);
    expect(colours?.deviation.map(Math.round)).toEqual([50, 1, 1]);
    const normalised = freshSessionOf(engine.session, { ...NETWORK, normalisation: colours ?? undefined });
    expect(normalised.ownInput?.preprocessing?.bias[0]).toBeCloseTo(-60 / 50, 1);
    expect(normalised.info.normalisation).toEqual(colours);
    expect((await findUnreadable(session, { pictures: [] }, silent)).colours).toBeNull();
  });

  it.each([
    { network: { backboneId: 'of-later', inputSizePx: 32 }, code: 'networkUnknown' },
    { network: { backboneId: 'plain-cnn', inputSizePx: 8 }, code: 'networkTooDeep' },
  ])('is refused by name: %o', ({ network, code }) => {
    expect(() => freshSessionOf(engine.session, network)).toThrow(expect.objectContaining({ code }));
  });
});
