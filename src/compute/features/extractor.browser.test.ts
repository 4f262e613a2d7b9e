import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BackendName } from '../../domain/backends.ts';
import { cutAfter } from '../../network/cut.ts';
import { inputNodeOf } from '../../network/network.ts';
import { runReference } from '../../network/reference.ts';
import { tinyManifest } from '../../testing/weights/tiny.ts';
import { toWeights } from '../../weights/load.ts';
import { findPart } from '../../weights/manifest.ts';
import { runtimeOf } from '../runtimes/registry.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';
import { createExtractor, type Extractor } from './extractor.ts';
import type { ExtractionTarget } from './extractorApi.ts';
import { RESIZE_VERSION } from './pixels.ts';

const SIZE_PX = 8;
const BATCH_SIZE = 4;
const FEATURES_OF: ExtractionTarget = { arithmetic: 'float32', upTo: null };

function tinyBytes() {
  const { manifest, shards } = tinyManifest();
  const parts = findPart(manifest, 'backbone').shards.map(({ path }) => shards.get(path) ?? new Uint8Array());
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return { manifest, bytes };
}

/** A picture of one colour, which every way of resizing leaves as it is. */
function plainPicture(color: readonly [number, number, number]): Promise<Blob> {
  const canvas = new OffscreenCanvas(SIZE_PX, SIZE_PX);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = `rgb(${color.join(' ')})`;
  context.fillRect(0, 0, SIZE_PX, SIZE_PX);
  return canvas.convertToBlob({ type: 'image/png' });
}

const COLORS = [
  [250, 10, 30],
  [20, 240, 60],
  [70, 80, 220],
] as const;

const { manifest, bytes } = tinyBytes();

const input = inputNodeOf(manifest.nodes);

/** Opens a target as the engine does. */
async function addTarget(
  extractor: Extractor,
  backend: BackendName,
  target: ExtractionTarget,
): Promise<void> {
  const isPicture = target.upTo === input.name;
  const forward = isPicture
    ? null
    : await runtimeOf(backend).prepareForward(backend, { manifest, bytes }, target);
  await extractor.addTarget({ ...target, forward });
}

/** @param backend `cpu`: on kernels of our own, in float32 alone */
async function open(backend: BackendName): Promise<Extractor> {
  const resize = { fit: 'centerCrop', cropFraction: 1, version: RESIZE_VERSION } as const;
  const extractor = createExtractor({ input, resize, batchSize: BATCH_SIZE });
  await addTarget(extractor, backend, FEATURES_OF);
  return extractor;
}

// Tensors are counted by a backend, even where none are made.
beforeAll(() => activateBackend('wasm'));

describe.each<BackendName>(['wasm', 'webgl', 'webgpu', 'cpu'])('an extractor on %s', (backend) => {
  it('gives each picture of a batch its own features, and zeros to the one that is broken', async () => {
    const extractor = await open(backend);
    const before = tf.memory().numTensors;
    const broken = new Blob(['not a picture'], { type: 'image/png' });
    const [red, green, blue] = await Promise.all(COLORS.map(plainPicture));
    for (const pictures of [[red, broken, green, blue], [blue]] as Blob[][]) {
      const { features, failed } = await extractor.extract(pictures, FEATURES_OF);
      expect(failed).toEqual(pictures.includes(broken) ? [1] : []);
      expect(features).toHaveLength(pictures.length * manifest.featureCount);
      const colorsOf = pictures.map((picture) => COLORS[[red, green, blue].indexOf(picture)] ?? null);
      colorsOf.forEach((color, place) => {
        const example = new Float64Array(SIZE_PX * SIZE_PX * 3).map((_, i) => color?.[i % 3] ?? 0);
        const network = {
          name: 'tiny',
          nodes: manifest.nodes,
          weights: toWeights(manifest, 'backbone', bytes),
        };
        const expected = runReference(network, { shape: [SIZE_PX, SIZE_PX, 3], values: example }).values;
        expected.forEach((value, f) => {
          const actual = features[place * manifest.featureCount + f] ?? Number.NaN;
          expect(Math.abs(actual - (color ? value : 0)), `picture ${place}, feature ${f}`).toBeLessThan(0.05);
        });
      });
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['conv', input.name ?? ''])('gives the map at %s when asked to', async (upTo) => {
    const extractor = await open(backend);
    const before = tf.memory().numTensors;
    const target = { arithmetic: 'float32', upTo } as const;
    await addTarget(extractor, backend, target);
    const pictures = await Promise.all(COLORS.slice(0, 2).map(plainPicture));
    const { features } = await extractor.extract(pictures, target);
    const weights = toWeights(manifest, 'backbone', bytes);
    const backbone = { name: 'tiny', nodes: manifest.nodes, weights };
    const expected = COLORS.slice(0, 2).map((color) => {
      const values = new Float64Array(SIZE_PX * SIZE_PX * 3).map((_, i) => color[i % 3] ?? 0);
      return runReference(cutAfter(backbone, upTo), { shape: [SIZE_PX, SIZE_PX, 3], values }).values;
    });
    expect(features).toHaveLength(expected.reduce((sum, { length }) => sum + length, 0));
    const flat = expected.flatMap((values) => [...values]);
    const deviation = Math.max(...flat.map((value, i) => Math.abs(value - (features[i] ?? Number.NaN))));
    expect(deviation).toBeLessThan(0.05);
    extractor.removeTarget(target);
    expect(tf.memory().numTensors).toBe(before);
    await expect(extractor.extract(pictures, target)).rejects.toMatchObject({ code: 'unexpected' });
  });

  it('refuses a target that it was not given', async () => {
    const extractor = await open(backend);
    const extracted = extractor.extract([await plainPicture(COLORS[0])], {
      ...FEATURES_OF,
      arithmetic: 'int8',
    });
    await expect(extracted).rejects.toMatchObject({ code: 'unexpected' });
  });
});
