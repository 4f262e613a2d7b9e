/** The published weights, run by our executor, must give what other programs gave for them: Keras, and PyTorch where its outputs lie. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { toInputTensorData } from '../src/compute/features/pixels.ts';
import { createExecutorOf } from '../src/compute/runtimes/tensorflow/execute.ts';
import { backbone } from '../src/network/backbones/resnet50/backbone.ts';
import { cutAfter } from '../src/network/cut.ts';
import { foldBatchNorm } from '../src/network/fold.ts';
import type { Network } from '../src/network/network.ts';
import { CAFFE_PREPROCESSING } from '../src/network/nodeBuilders.ts';
import { toWeights } from '../src/weights/load.ts';
import { parseManifest } from '../src/weights/manifest.ts';
import { readOriginalWeights } from './originalModel.ts';
import { weightsDirOf } from './paths.ts';
import { readReferences, toPixels } from './references.ts';
import { toNetwork } from './weights.ts';

const WEIGHTS_DIR = weightsDirOf(backbone.id);

/** `pixels`: 224 × 224, RGBA. */
async function run(network: Network, pixels: Uint8ClampedArray): Promise<Float32Array> {
  const data = new Float32Array(224 * 224 * 3);
  toInputTensorData(pixels, CAFFE_PREPROCESSING, data, 0);
  const executor = createExecutorOf(network);
  const input = tf.tensor4d(data, [1, 224, 224, 3]);
  const output = executor.run(input);
  const values = (await output.data()) as Float32Array;
  tf.dispose([input, output]);
  executor.dispose();
  return values;
}

/** Euclidean. Summed in a loop: a stage has more values than a call may have arguments. */
function lengthOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? Number.NaN) ** 2;
  return Math.sqrt(sum);
}

function topFive(probabilities: Float32Array): number[] {
  return Array.from(probabilities, (_, index) => index)
    .sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0))
    .slice(0, 5);
}

/** The network that set-up wrote, read as the app reads it. */
function convertedNetwork(): Network {
  const manifest = parseManifest(JSON.parse(readFileSync(join(WEIGHTS_DIR, 'manifest.json'), 'utf8')));
  const bytesOf = (id: 'backbone' | 'top') => {
    const shards = manifest.parts.find((part) => part.id === id)?.shards ?? [];
    return new Uint8Array(Buffer.concat(shards.map(({ path }) => readFileSync(join(WEIGHTS_DIR, path)))));
  };
  const top = manifest.topNodes.slice(1).map((node) => ({
    ...node,
    inputs: node.inputs.map((input) => (input === manifest.topNodes[0]?.name ? manifest.featureNode : input)),
  }));
  return {
    name: 'resnet50',
    nodes: [...manifest.nodes, ...top] as Network['nodes'],
    weights: {
      ...toWeights(manifest, 'backbone', bytesOf('backbone')),
      ...toWeights(manifest, 'top', bytesOf('top')),
    },
  };
}

beforeAll(async () => {
  setWasmPaths(`${resolve('node_modules/@tensorflow/tfjs-backend-wasm/dist')}/`);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await tf.setBackend('wasm');
});

describe.each(readReferences())('ResNet50 against $madeBy', (reference) => {
  const pixels = toPixels(reference.valueAt, 224);

  it('in float32 agrees within 1e-3 of every feature, at every stage, with the same five in order', async () => {
    const network = foldBatchNorm(
      toNetwork(backbone.id, backbone.buildNodes(), await readOriginalWeights(backbone)),
    );
    for (const { node, values, norm } of reference.stages) {
      const output = await run(cutAfter(network, node), pixels);
      for (const [index, value] of values) {
        expect(Math.abs((output[index] ?? Number.NaN) - value), `${node} at ${index}`).toBeLessThan(1e-3);
      }
      if (norm !== null) expect(Math.abs(lengthOf(output) / norm - 1)).toBeLessThan(1e-5);
    }
    const features = await run(cutAfter(network, 'avg_pool'), pixels);
    expect(features).toHaveLength(reference.features.length);
    reference.features.forEach((value, i) => {
      expect(Math.abs((features[i] ?? Number.NaN) - value)).toBeLessThan(1e-3);
    });
    const logits = await run(cutAfter(network, 'fc1000'), pixels);
    reference.firstLogits.forEach((value, i) => {
      expect(Math.abs((logits[i] ?? Number.NaN) - value)).toBeLessThan(1e-2);
    });
    const probabilities = await run(network, pixels);
    expect(topFive(probabilities)).toEqual(reference.top5.map((entry) => entry.class));
    for (const entry of reference.top5) expect(probabilities[entry.class]).toBeCloseTo(entry.probability, 3);
  }, 120_000);

  it('as converted to float16 agrees within 0.5 % of the features’ length, with the same five', async () => {
    const network = convertedNetwork();
    const features = await run(cutAfter(network, 'avg_pool'), pixels);
    const differences = reference.features.map((value, i) => (features[i] ?? Number.NaN) - value);
    expect(lengthOf(differences) / lengthOf(reference.features)).toBeLessThan(0.005);
    const five = topFive(await run(network, pixels));
    expect(new Set(five)).toEqual(new Set(reference.top5.map((entry) => entry.class)));
  }, 120_000);
});
