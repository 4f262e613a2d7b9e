/** The converted weights, run by our executor, must give what PyTorch gave for the published model. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { toInputTensorData } from '../src/compute/features/pixels.ts';
import { createExecutorOf } from '../src/compute/runtimes/tensorflow/execute.ts';
import { buildResnet50 } from '../src/network/backbones/resnet50/resnet50.ts';
import { cutAfter } from '../src/network/cut.ts';
import { foldBatchNorm } from '../src/network/fold.ts';
import type { Network } from '../src/network/network.ts';
import { CAFFE_PREPROCESSING } from '../src/network/nodeBuilders.ts';
import { toWeights } from '../src/weights/load.ts';
import { parseManifest } from '../src/weights/manifest.ts';
import { readOriginalWeights } from './originalModel.ts';
import { WEIGHTS_DIR } from './paths.ts';
import { toNetwork } from './weights.ts';

const REFERENCE_FILE = resolve(import.meta.dirname, '../../shared/reference/resnet50.json');

interface Reference {
  readonly stages_nhwc: Readonly<Record<string, { readonly first8_at_0_0: readonly number[] }>>;
  readonly features: readonly number[];
  readonly logits_first16: readonly number[];
  readonly top5: readonly { readonly class: number; readonly probability: number }[];
}

/** The reference's input rule: `rgb[h][w][c] = (3h + 5w + 89c + floor(h·w / 64)) mod 256`, as RGBA. */
function referencePixels(sizePx: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(sizePx * sizePx * 4).fill(255);
  for (let h = 0; h < sizePx; h++) {
    for (let w = 0; w < sizePx; w++) {
      for (let c = 0; c < 3; c++) {
        pixels[(h * sizePx + w) * 4 + c] = (3 * h + 5 * w + 89 * c + Math.floor((h * w) / 64)) % 256;
      }
    }
  }
  return pixels;
}

async function run(network: Network): Promise<Float32Array> {
  const data = new Float32Array(224 * 224 * 3);
  toInputTensorData(referencePixels(224), CAFFE_PREPROCESSING, data, 0);
  const executor = createExecutorOf(network);
  const input = tf.tensor4d(data, [1, 224, 224, 3]);
  const output = executor.run(input);
  const values = (await output.data()) as Float32Array;
  tf.dispose([input, output]);
  executor.dispose();
  return values;
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

describe.skipIf(!existsSync(REFERENCE_FILE))('ResNet50 against the reference outputs', () => {
  let reference: Reference;

  beforeAll(async () => {
    reference = JSON.parse(readFileSync(REFERENCE_FILE, 'utf8')) as Reference;
    setWasmPaths(`${resolve('node_modules/@tensorflow/tfjs-backend-wasm/dist')}/`);
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    await tf.setBackend('wasm');
  });

  it('in float32 agrees within 1e-3 of every feature, at every stage, with the same five in order', async () => {
    const network = foldBatchNorm(toNetwork(buildResnet50(), await readOriginalWeights()));
    for (const [node, stage] of [
      ['pool1', 'pool1'],
      ['out2c', 'stage2'],
      ['out3d', 'stage3'],
    ] as const) {
      const output = await run(cutAfter(network, node));
      reference.stages_nhwc[stage]?.first8_at_0_0.forEach((value, channel) => {
        expect(Math.abs((output[channel] ?? Number.NaN) - value)).toBeLessThan(1e-3);
      });
    }
    const features = await run(cutAfter(network, 'avg_pool'));
    expect(features).toHaveLength(reference.features.length);
    reference.features.forEach((value, i) => {
      expect(Math.abs((features[i] ?? Number.NaN) - value)).toBeLessThan(1e-3);
    });
    const logits = await run(cutAfter(network, 'fc1000'));
    reference.logits_first16.forEach((value, i) => {
      expect(Math.abs((logits[i] ?? Number.NaN) - value)).toBeLessThan(1e-2);
    });
    const probabilities = await run(network);
    expect(topFive(probabilities)).toEqual(reference.top5.map((entry) => entry.class));
    for (const entry of reference.top5) expect(probabilities[entry.class]).toBeCloseTo(entry.probability, 3);
  }, 120_000);

  it('as converted to float16 agrees within 0.5 % of the features’ length, with the same five', async () => {
    const network = convertedNetwork();
    const features = await run(cutAfter(network, 'avg_pool'));
    const distance = Math.hypot(...reference.features.map((value, i) => (features[i] ?? Number.NaN) - value));
    const relative = distance / Math.hypot(...reference.features);
    expect(relative).toBeLessThan(0.005);
    const five = topFive(await run(network));
    expect(new Set(five)).toEqual(new Set(reference.top5.map((entry) => entry.class)));
  }, 120_000);
});
