/** Every architecture without published weights gives what PyTorch gives for it, with weights that a rule fills. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createExecutorOf } from '../src/compute/runtimes/tensorflow/execute.ts';
import { isPublished } from '../src/network/backbones/backbone.ts';
import { BACKBONES } from '../src/network/backbones/registry.ts';
import { parametersOf } from '../src/network/cost.ts';
import { cutAfter } from '../src/network/cut.ts';
import { foldBatchNorm } from '../src/network/fold.ts';
import { type Network, outputNode, type Preprocessing } from '../src/network/network.ts';
import { withFilledWeights } from './filledWeights.ts';
import { ROOT } from './paths.ts';

const referencesSchema = z.record(
  z.string(),
  z.object({
    inputSizePx: z.number().int(),
    parameters: z.number().int(),
    /** Sixteen or more, evenly spread. */
    features: z.array(z.number()).min(16),
    featuresMean: z.number(),
    /** The first of them. */
    logits: z.array(z.number()).min(10),
    argmax: z.number().int(),
  }),
);
const REFERENCES = referencesSchema.parse(
  JSON.parse(readFileSync(join(ROOT, 'tools/fixtures/architectures.json'), 'utf8')),
);

/** Others' numbers for the same rule, where they lie beside the repository. */
const sharedSchema = z.object({
  models: z.record(z.string(), z.object({ parameters: z.number(), logits_first16: z.array(z.number()) })),
});
const SHARED_FILE = resolve(ROOT, '../shared/reference/architectures.json');
/** Their names where they are not ours. */
const SHARED_NAMES: Readonly<Record<string, string>> = {
  'resnet50-torchvision': 'resnet50',
  'resnext50-32x4d': 'resnext50_32x4d',
  'mobilenet-v2': 'mobilenet_v2',
  'cifar-resnet18': 'cifar_resnet18',
};

const UNPUBLISHED = BACKBONES.filter((backbone) => !isPublished(backbone));

/** Of the largest that is expected. */
const TOLERANCE = 1e-3;

/** The picture of tools/fixtures/architectures.py, preprocessed. */
function pictureOf(sizePx: number, { matrix, bias }: Preprocessing): tf.Tensor4D {
  const values = new Float32Array(sizePx * sizePx * 3);
  for (let row = 0, at = 0; row < sizePx; row++) {
    for (let column = 0; column < sizePx; column++) {
      for (let channel = 0; channel < 3; channel++, at++) {
        const value = (3 * row + 5 * column + 89 * channel + Math.floor((row * column) / 64)) % 256;
        values[at] = value * (matrix[channel * 4] ?? 0) + (bias[channel] ?? 0);
      }
    }
  }
  return tf.tensor4d(values, [1, sizePx, sizePx, 3]);
}

async function run(network: Network, input: tf.Tensor): Promise<Float32Array> {
  const executor = createExecutorOf(network);
  const output = executor.run(input);
  const values = (await output.data()) as Float32Array;
  output.dispose();
  executor.dispose();
  return values;
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  const largest = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => {
    expect(Math.abs((actual[i] ?? Number.NaN) - value) / largest).toBeLessThan(TOLERANCE);
  });
}

beforeAll(async () => {
  setWasmPaths(`${resolve('node_modules/@tensorflow/tfjs-backend-wasm/dist')}/`);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await tf.setBackend('wasm');
});

describe.each(UNPUBLISHED)('$id', (backbone) => {
  it('has the parameters and gives the outputs that PyTorch gives', async () => {
    const reference = REFERENCES[backbone.id];
    if (!reference) throw new Error(`tools/fixtures/architectures.py knows no ${backbone.id}`);
    expect(backbone.inputSizePx).toBe(reference.inputSizePx);
    const nodes = backbone.buildNodes();
    expect(parametersOf(nodes)).toBe(reference.parameters);

    const network = foldBatchNorm(withFilledWeights(backbone.id, nodes));
    const [first] = nodes;
    if (first?.op !== 'input' || !first.preprocessing) throw new Error('a backbone preprocesses');
    const picture = pictureOf(backbone.inputSizePx, first.preprocessing);
    const features = await run(cutAfter(network, backbone.featureNode), picture);
    const every = Math.max(1, Math.floor(features.length / 16));
    expectClose(
      reference.features.map((_, i) => features[i * every] ?? Number.NaN),
      reference.features,
    );
    const mean = features.reduce((sum, value) => sum + value, 0) / features.length;
    expect(Math.abs(mean / reference.featuresMean - 1)).toBeLessThan(TOLERANCE);

    const logits = await run(cutAfter(network, outputNode(network).inputs[0] ?? ''), picture);
    picture.dispose();
    expectClose(logits, reference.logits);
    expect(logits.indexOf(Math.max(...logits))).toBe(reference.argmax);
  }, 60_000);
});

describe.runIf(existsSync(SHARED_FILE))('our references', () => {
  it('are those of another hand, where both have a network', () => {
    const { models } = sharedSchema.parse(JSON.parse(readFileSync(SHARED_FILE, 'utf8')));
    const shared = Object.entries(REFERENCES).flatMap(([id, own]) => {
      const theirs = models[SHARED_NAMES[id] ?? id];
      return theirs ? [{ own, theirs }] : [];
    });
    expect(shared.length).toBeGreaterThan(5);
    for (const { own, theirs } of shared) {
      expect(own.parameters).toBe(theirs.parameters);
      expectClose(own.logits, theirs.logits_first16.slice(0, own.logits.length));
    }
  });
});
