import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Arithmetic, BackendName } from '../../domain/backends.ts';
import { inputNodeOf } from '../../network/network.ts';
import { type Photo, photoSets } from '../../testing/fixtures/photos.ts';
import { loadManifest, loadPart, toWeights } from '../../weights/load.ts';
import { createExtractor, type Extractor } from '../features/extractor.ts';
import { RESIZE } from '../features/pixels.ts';
import { runtimeOf } from '../runtimes/registry.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';
import { createExecutorOf, type Executor } from '../runtimes/tensorflow/execute.ts';
import { toTop } from './classifier.ts';

const MANIFEST_URL = new URL('/weights/resnet50/manifest.json', location.href).href;

const sets = await photoSets();

interface Seen {
  readonly photo: Photo;
  readonly features: Float32Array<ArrayBuffer>;
  /** Labels, likeliest first. */
  readonly top: readonly string[];
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe('photos of what ImageNet has classes for', () => {
  let labels: readonly string[];
  let extractors: Readonly<Record<'tensorflow' | Arithmetic, Extractor>>;
  let top: Executor;

  beforeAll(async () => {
    const options = { cache: null, baseUrl: MANIFEST_URL };
    const manifest = await loadManifest(MANIFEST_URL, options);
    const bytes = await loadPart(manifest, 'backbone', options);
    const input = inputNodeOf(manifest.nodes);
    const openOn = async (backend: BackendName, arithmetic: Arithmetic) => {
      const extractor = createExtractor({ input, resize: RESIZE, batchSize: 1 });
      const target = { arithmetic, upTo: null };
      const forward = await runtimeOf(backend).prepareForward(backend, { manifest, bytes }, target);
      await extractor.addTarget({ ...target, forward });
      return extractor;
    };
    labels = manifest.labels;
    await activateBackend('wasm');
    extractors = {
      tensorflow: await openOn('wasm', 'float32'),
      int8: await openOn('cpu', 'int8'),
      float32: await openOn('cpu', 'float32'),
    };
    top = createExecutorOf({
      nodes: manifest.topNodes,
      weights: toWeights(manifest, 'top', await loadPart(manifest, 'top', options)),
    });
  });

  async function look(photos: readonly Photo[], by: keyof typeof extractors): Promise<Seen[]> {
    const seen: Seen[] = [];
    for (const photo of photos) {
      const { features } = await extractors[by].extract([await (await fetch(photo.url)).blob()], {
        arithmetic: by === 'int8' ? 'int8' : 'float32',
        upTo: null,
      });
      const input = tf.tensor2d(features, [1, features.length]);
      const output = top.run(input);
      const best = toTop(await output.data(), labels, 5).map(({ label }) => label);
      tf.dispose([input, output]);
      seen.push({ photo, features, top: best });
    }
    return seen;
  }

  it.each(sets)(
    '$title are recognised, and our kernels see in int8 and float32 what TensorFlow.js sees',
    async ({ photos }) => {
      const before = tf.memory().numTensors;
      const plain = await look(photos, 'tensorflow');
      const float32 = await look(photos, 'float32');
      const int8 = await look(photos, 'int8');
      expect(tf.memory().numTensors).toBe(before);
      expect(plain).toHaveLength(photos.length);
      for (const seen of [plain, float32, int8]) {
        const missed = seen.filter(({ photo, top: five }) => !five.includes(labels[photo.classIndex] ?? ''));
        expect(missed.length, missed.map(({ photo }) => photo.name).join()).toBeLessThanOrEqual(
          photos.length / 12,
        );
      }
      const cosines = (seen: Seen[]) =>
        seen.map(({ features }, i) => cosine(features, plain[i]?.features ?? new Float32Array()));
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const sameTop = (seen: Seen[]) =>
        seen.filter(({ top: five }, i) => five[0] === plain[i]?.top[0]).length;
      expect(Math.min(...cosines(float32))).toBeGreaterThan(0.99999);
      expect(sameTop(float32)).toBe(photos.length);
      console.warn(
        `int8: mean cosine ${mean(cosines(int8)).toFixed(4)}, same top 1 ${sameTop(int8)} of ${photos.length}`,
      );
      expect(mean(cosines(int8))).toBeGreaterThanOrEqual(0.995);
      expect(sameTop(int8)).toBeGreaterThanOrEqual(photos.length * (23 / 24));
    },
  );
});
