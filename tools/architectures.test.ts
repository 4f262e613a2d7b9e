/** Every architecture without published weights gives what PyTorch gives for it, with weights that a rule fills. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
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
import { type Network, outputNode } from '../src/network/network.ts';
import { readArchitectureReferences, referencePicture, spreadFeatures } from './architectureReferences.ts';
import { withFilledWeights } from './filledWeights.ts';
import { ROOT } from './paths.ts';

const REFERENCES = readArchitectureReferences();

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
    const { inputSizePx } = backbone;
    const pixels = referencePicture(inputSizePx, first.preprocessing);
    const picture = tf.tensor4d(pixels, [1, inputSizePx, inputSizePx, 3]);
    const features = await run(cutAfter(network, backbone.featureNode), picture);
    expectClose(spreadFeatures(features, reference), reference.features);
    const mean = features.reduce((sum, value) => sum + value, 0) / features.length;
    expect(Math.abs(mean / reference.featuresMean - 1)).toBeLessThan(TOLERANCE);

    const logits = await run(cutAfter(network, outputNode(network).inputs[0] ?? ''), picture);
    picture.dispose();
    expectClose(logits, reference.logits);
    expect(logits.indexOf(Math.max(...logits))).toBe(reference.argmax);
  }, 120_000);
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
