import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { loadManifest, loadPart, toWeights } from '../../weights/load.ts';
import { createExecutorOf } from '../execute.ts';
import { createExtractor } from '../features/extractor.ts';
import { toTop } from './classifier.ts';
import { RESIZE } from './session.ts';

const PHOTOS = '/__shared__/data/imagenet-photos';
const MANIFEST_URL = new URL('/weights/resnet50/manifest.json', location.href).href;

/** `file`, `class_index`, `label`, tab-separated, with a head line; null where the photos are not at hand. */
async function readLabels(): Promise<{ file: string; classIndex: number }[] | null> {
  const response = await fetch(`${PHOTOS}/labels.tsv`);
  if (!response.ok) return null;
  const lines = (await response.text()).trim().split('\n').slice(1);
  return lines.map((line) => {
    const [file = '', classIndex = ''] = line.split('\t');
    return { file, classIndex: Number(classIndex) };
  });
}

const photos = await readLabels();

describe.skipIf(photos === null)('the 1,000 classes out of the box', () => {
  it('has the right one among the top five for at least 22 of 24 photos', async () => {
    const options = { cache: null, baseUrl: MANIFEST_URL };
    const manifest = await loadManifest(MANIFEST_URL, options);
    const bytes = await loadPart(manifest, 'backbone', options);
    const extractor = await createExtractor({
      backend: 'wasm',
      manifest,
      bytes,
      resize: RESIZE,
      batchSize: 1,
    });
    const top = createExecutorOf({
      nodes: manifest.topNodes,
      weights: toWeights(manifest, 'top', await loadPart(manifest, 'top', options)),
    });
    const missed: string[] = [];
    const before = tf.memory().numTensors;
    for (const { file, classIndex } of photos ?? []) {
      const photo = await (await fetch(`${PHOTOS}/${encodeURIComponent(file)}`)).blob();
      const { features } = await extractor.extract([photo]);
      const input = tf.tensor2d(features, [1, manifest.featureCount]);
      const output = top.run(input);
      const five = toTop(await output.data(), manifest.labels, 5).map(({ label }) => label);
      tf.dispose([input, output]);
      if (!five.includes(manifest.labels[classIndex] ?? '')) missed.push(file);
    }
    expect(tf.memory().numTensors).toBe(before);
    expect(photos).toHaveLength(24);
    expect(missed.length, missed.join()).toBeLessThanOrEqual(2);
  });
});
