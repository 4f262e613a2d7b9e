import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelDescription } from '../../domain/model.ts';
import { DEFAULT_EXPORT } from '../../domain/modelExport.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import type { Network, Weight } from '../../network/network.ts';
import { runReference } from '../../network/reference.ts';
import type { ClassifierRef, ClassifyOutcome } from '../../rpc/classifyCalls.ts';
import { createRandom } from '../../shared/random.ts';
import {
  createTestEngine,
  drawPictures,
  TEST_CLASSES,
  type TestEngine,
} from '../../testing/engine/smallEngine.ts';
import { SAMPLE_DESCRIPTION } from '../../testing/formats/sampleModel.ts';
import { createClassifier } from './classifier.ts';
import { trainablePartOf } from './fineTuneJob.ts';
import { exportModel, importModel } from './modelFiles.ts';
import { cutFor, cutOf, headOfFineTuned, inputShapeOf } from './trainedPart.ts';

const { pictures } = await drawPictures(12);
const open = () => new AbortController().signal;
const silent = () => ({ onProgress: () => undefined, signal: open() });
const random = createRandom(3);
const head = createHead(buildHeadNodes({ ...DEFAULT_TRAIN_SETTINGS, hiddenUnits: 5 }, 12, 3), () =>
  random.next(),
);

let engine: TestEngine;
beforeAll(async () => {
  engine = await createTestEngine('wasm');
});
afterAll(() => engine.close());

/** The network with the weights of these nodes moved a little, as training does. */
function moved(network: Network, nodeNames: readonly string[]): Network {
  const weights: Record<string, Weight> = {};
  for (const [key, weight] of Object.entries(network.weights)) {
    const isMoved = nodeNames.includes(key.slice(0, key.lastIndexOf('/')));
    weights[key] = isMoved ? { ...weight, values: weight.values.map((value) => value + 0.01234567) } : weight;
  }
  return { ...network, weights };
}

/** What fine-tuning these stages could have made. */
function createFineTuned(stages: 1 | 2 | 'all'): Network {
  return moved(
    trainablePartOf(engine.session, head, stages),
    { 1: ['c'], 2: ['b', 'c'], all: ['a', 'b', 'c'] }[stages],
  );
}

const descriptionOf = (more: Partial<ModelDescription> = {}): ModelDescription => ({
  ...SAMPLE_DESCRIPTION,
  ...{ classNames: TEST_CLASSES, backbone: engine.session.info },
  ...more,
});

async function roundTrip(network: Network, more: Partial<ModelDescription> = {}) {
  const args = { options: DEFAULT_EXPORT, description: descriptionOf(more), head: network, pictures: [] };
  // Where it was written, its backbone was at home.
  const writer = { ...engine.session, info: args.description.backbone };
  const { file } = await exportModel(writer, args, silent());
  return importModel(() => engine.session, file, silent());
}

function expectSameWeights(actual: Network, expected: Network): void {
  expect(Object.keys(actual.weights).sort()).toEqual(Object.keys(expected.weights).sort());
  for (const [key, { shape, values }] of Object.entries(expected.weights)) {
    expect(actual.weights[key]?.shape, key).toEqual(shape);
    expect(actual.weights[key]?.values, key).toEqual(values);
  }
}

describe('a fine-tuned part', () => {
  it.each([
    [1, 'b_relu'],
    [2, 'a_relu'],
    ['all', 'input'],
  ] as const)('of %o stages begins at %s', (stages, cut) => {
    const part = createFineTuned(stages);
    expect(cutFor(engine.session, stages).nodeName).toBe(cut);
    expect(cutOf(engine.session, part)).toBe(cut);
    expect(inputShapeOf(part)).toEqual(cutFor(engine.session, stages).shape);
    const back = headOfFineTuned(engine.session, part);
    expect(cutOf(engine.session, back)).toBeNull();
    expectSameWeights(back, head);
    expect(cutOf(engine.session, head)).toBeNull();
  });

  it('is cut again where more of it is to learn, and left as it is where less is', () => {
    const one = createFineTuned(1);
    const two = trainablePartOf(engine.session, one, 2);
    expect(cutOf(engine.session, two)).toBe('a_relu');
    const backbone = engine.session.backbone();
    for (const [key, { values }] of Object.entries(two.weights)) {
      expect(values, key).toEqual((one.weights[key] ?? backbone.weights[key])?.values);
    }
    expect(trainablePartOf(engine.session, two, 1)).toBe(two);
    expect(trainablePartOf(engine.session, two, 2)).toBe(two);
  });
});

describe('a model file', () => {
  it.each([
    [1, 'b_relu'],
    [2, 'a_relu'],
    ['all', 'input'],
  ] as const)('of %o fine-tuned stages is cut at the same place again', async (stages, cut) => {
    const part = createFineTuned(stages);
    const { head: back, description } = await roundTrip(part);
    expect(cutOf(engine.session, back)).toBe(cut);
    expectSameWeights(back, part);
    expect(back.nodes.slice(1)).toEqual(part.nodes.slice(1));
    expect(inputShapeOf(back)).toEqual(inputShapeOf(part));
    expect(description.classNames).toEqual(TEST_CLASSES);
    // And once more.
    expectSameWeights((await roundTrip(back)).head, part);
  });

  it.each([1, 'all'] as const)(
    'of %o stages in which BatchNorm learned has it, and brings it back',
    async (stages) => {
      const part = moved(await engine.session.unfold(createFineTuned(stages)), ['c_norm']);
      expect(part.nodes.filter(({ op }) => op === 'batchNorm')).toHaveLength(stages === 1 ? 1 : 3);
      const { head: back } = await roundTrip(part);
      expect(cutOf(engine.session, back)).toBe(cutOf(engine.session, part));
      expectSameWeights(back, part);
      expect(back.nodes.slice(1)).toEqual(part.nodes.slice(1));
    },
  );

  it('of a head is a head again', async () => {
    const { head: back } = await roundTrip(head);
    expect(cutOf(engine.session, back)).toBeNull();
    expectSameWeights(back, head);
  });

  it('of stages that learned nothing is a head', async () => {
    const { head: back } = await roundTrip(trainablePartOf(engine.session, head, 2));
    expect(cutOf(engine.session, back)).toBeNull();
    expectSameWeights(back, head);
  });

  it('of other weights in front of every cut is refused, unless it says that it comes from ours', async () => {
    const stranger = { ...engine.session.info, fingerprint: '0'.repeat(64) };
    await expect(roundTrip(createFineTuned('all'), { backbone: stranger })).rejects.toMatchObject({
      code: 'modelFileUnsupported',
    });
    // What stands on our first stage proves it, whatever the file says.
    expect(cutOf(engine.session, (await roundTrip(createFineTuned(2), { backbone: stranger })).head)).toBe(
      'a_relu',
    );
    const resize = { ...engine.session.info.resize, cropFraction: 0.5 };
    await expect(
      roundTrip(createFineTuned(1), { backbone: { ...engine.session.info, resize } }),
    ).rejects.toMatchObject({ code: 'modelFileUnsupported' });
  });

  it('is not written of a model over other weights: they would go out in front of what never saw them', async () => {
    const backbone = { ...engine.session.info, fingerprint: '0'.repeat(64) };
    const args = { options: DEFAULT_EXPORT, description: descriptionOf({ backbone }), head, pictures: [] };
    await expect(exportModel(engine.session, args, silent())).rejects.toMatchObject({
      code: 'modelOfOtherBackbone',
      details: { backbone: backbone.id },
    });
  });

  it('of a network built another way in front of the cut does not pass for one that stands on ours', async () => {
    const { session } = engine;
    const strides = { a: [1, 1], b: [4, 4] } as const;
    // The same weights, but the first convolution goes in other steps, and the second makes up for it.
    const rebuilt = (network: Network): Network => ({
      ...network,
      nodes: network.nodes.map((node) =>
        node.op === 'conv2d' && (node.name === 'a' || node.name === 'b')
          ? { ...node, strides: strides[node.name] }
          : node,
      ),
    });
    const other: TestEngine['session'] = { ...session, backbone: () => rebuilt(session.backbone()) };
    const fileOf = (backbone: ModelDescription['backbone']) => {
      const args = { options: DEFAULT_EXPORT, description: descriptionOf({ backbone }), head, pictures: [] };
      return exportModel({ ...other, info: backbone }, args, silent());
    };
    // It goes its own way from the picture on.
    const { head: back } = await importModel(() => session, (await fileOf(session.info)).file, silent());
    expect(cutOf(session, back)).toBe('input');
    const { file } = await fileOf({ ...session.info, fingerprint: '0'.repeat(64) });
    await expect(importModel(() => session, file, silent())).rejects.toMatchObject({
      code: 'modelFileUnsupported',
    });
  });
});

describe('classifying with a fine-tuned model', () => {
  const refOf = (network: Network, id: string): ClassifierRef => ({
    ...{ kind: 'head', id, head: network, classNames: TEST_CLASSES, backbone: engine.session.info },
  });

  /** Probabilities of the classes, by plain loops. */
  async function expectedOf(network: Network, index: number): Promise<number[]> {
    const target = { arithmetic: 'float32', upTo: cutOf(engine.session, network) } as const;
    const close = await engine.session.openTarget(target);
    let values = new Float64Array();
    await engine.session.pool.extract({
      count: 1,
      open: () => pictures[index]?.blob ?? new Blob(),
      onPicture: ({ features }) => {
        values = Float64Array.from(features ?? []);
      },
      target,
    });
    await close();
    return [...runReference(network, { shape: inputShapeOf(network), values }).values];
  }

  it('answers as plain loops do, also while another model is asked, and holds on to one model alone', async () => {
    const classifier = createClassifier(engine.session);
    const [one, all] = [createFineTuned(1), createFineTuned('all')];
    const bitmap = () => createImageBitmap(pictures[0]?.blob ?? new Blob());
    await classifier.classifyFrame(await bitmap(), refOf(head, 'head'), 3);
    const tensors = tf.memory().numTensors;
    const blobs = pictures.map(({ blob }) => blob);
    const ask = async (network: Network, id: string) => {
      const outcomes: ClassifyOutcome[] = [];
      await classifier.classifyAll(blobs, refOf(network, id), 3, (outcome) => outcomes.push(outcome), open());
      return outcomes;
    };
    const [ofOne, ofAll, ofHead] = await Promise.all([ask(one, 'one'), ask(all, 'all'), ask(head, 'head')]);
    for (const [network, outcomes] of [
      [one, ofOne],
      [all, ofAll],
      [head, ofHead],
    ] as const) {
      expect(outcomes.map(({ index }) => index).sort((a, b) => a - b)).toEqual(blobs.map((_, i) => i));
      for (const index of [0, 7]) {
        const outcome = outcomes.find((some) => some.index === index);
        if (!outcome?.ok) throw new Error('no answer');
        const expected = await expectedOf(network, index);
        for (const { label, probability } of outcome.result.top) {
          expect(probability).toBeCloseTo(
            expected[(TEST_CLASSES as readonly string[]).indexOf(label)] ?? 2,
            4,
          );
        }
      }
    }
    await classifier.classifyFrame(await bitmap(), refOf(head, 'head'), 3);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('says that it has no answer where weights are so large that the sums overflow', async () => {
    const large = { ...head, weights: { ...head.weights } };
    for (const [key, weight] of Object.entries(head.weights)) {
      large.weights[key] = { ...weight, values: weight.values.map(() => 3e38) };
    }
    const frame = await createImageBitmap(pictures[0]?.blob ?? new Blob());
    const asked = createClassifier(engine.session).classifyFrame(frame, refOf(large, 'large'), 3);
    await expect(asked).rejects.toMatchObject({ code: 'modelNotFinite' });
  });
});
