/** The real ResNet50 through the engine, held to TensorFlow.js and one build to another. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Arithmetic } from '../../../../domain/backends.ts';
import { createRandom } from '../../../../shared/random.ts';
import { deviation } from '../../../../testing/wasm/madeUpNetworks.ts';
import { createWeightReader } from '../../../../weights/lazy.ts';
import { loadManifest, loadPart } from '../../../../weights/load.ts';
import { activateBackend } from '../../tensorflow/activate.ts';
import { createExecutor } from '../../tensorflow/execute.ts';
import { compileKernels, type KernelBuild } from '../builds.ts';
import plainUrl from './generated/plain.wasm?url&no-inline';
import relaxedUrl from './generated/relaxed.wasm?url&no-inline';
import type { NetworkSource } from './layOut.ts';
import { openPackedNetwork, packNetwork } from './packedNetwork.ts';

const MANIFEST_URL = new URL('/weights/resnet50/manifest.json', location.href).href;
const options = { cache: null, baseUrl: MANIFEST_URL };

/** Soft blobs of colour and some noise, preprocessed like any picture: BGR less the means. */
function madeUpPicture(sizePx: number): Float32Array<ArrayBuffer> {
  const random = createRandom(7);
  const blobs = Array.from({ length: 12 }, () => ({
    y: random.next() * sizePx,
    x: random.next() * sizePx,
    radius: sizePx * (0.1 + 0.3 * random.next()),
    colour: [random.next(), random.next(), random.next()].map((fraction) => fraction * 255 - 128),
  }));
  const picture = new Float32Array(sizePx * sizePx * 3);
  return picture.map((_, i) => {
    const [y, x] = [Math.floor(i / 3 / sizePx), Math.floor(i / 3) % sizePx];
    return blobs.reduce(
      (sum, blob) => {
        const distance = Math.hypot(y - blob.y, x - blob.x) / blob.radius;
        return sum + (blob.colour[i % 3] ?? 0) * Math.exp(-distance * distance);
      },
      (random.next() - 0.5) * 20,
    );
  });
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

async function compile(build: KernelBuild) {
  const url = build === 'plain' ? plainUrl : relaxedUrl;
  const compiled = await compileKernels(async () => (await fetch(url)).arrayBuffer(), false, [build]);
  if (!compiled) throw new Error(`this browser does not run ${build} SIMD`);
  return compiled;
}

describe('ResNet50 with its weights', () => {
  let source: NetworkSource;
  let picture: Float32Array<ArrayBuffer>;

  beforeAll(async () => {
    const manifest = await loadManifest(MANIFEST_URL, options);
    const bytes = await loadPart(manifest, 'backbone', options);
    source = {
      nodes: manifest.nodes,
      weightOf: createWeightReader(manifest, 'backbone', bytes),
      ranges: manifest.activationRanges ?? {},
    };
    picture = madeUpPicture(manifest.inputSizePx);
  });

  async function featuresOf(build: KernelBuild, arithmetic: Arithmetic): Promise<Float32Array> {
    const image = packNetwork(await compile(build), source, arithmetic);
    return (await openPackedNetwork(image)).run(picture);
  }

  it('gives in float32 what TensorFlow.js gives, and in int8 the same on both builds', async () => {
    await activateBackend('wasm');
    const executor = createExecutor(source);
    const side = Math.sqrt(picture.length / 3);
    const input = tf.tensor4d(picture, [1, side, side, 3]);
    const output = executor.run(input);
    const expected = (await output.data()) as Float32Array;
    tf.dispose([input, output]);
    executor.dispose();

    expect(expected).toHaveLength(2048);
    const exact = await featuresOf('relaxed', 'float32');
    expect(deviation(exact, expected)).toBeLessThan(1e-3);
    const relaxed = await featuresOf('relaxed', 'int8');
    const plain = await featuresOf('plain', 'int8');
    // One code of conv1 that falls to the other side of a half moves the codes behind it by one or two here and there.
    expect(cosine(relaxed, plain)).toBeGreaterThan(0.999);
    // Of photos it is more than 0.995; this is none.
    expect(cosine(relaxed, exact)).toBeGreaterThan(0.98);
  });
});
