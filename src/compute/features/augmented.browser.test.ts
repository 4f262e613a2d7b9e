import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION } from '../../domain/augmentation.ts';
import { inputNodeOf } from '../../network/network.ts';
import { colourful, fileOf, grayPixels } from '../../testing/augment/formulaPictures.ts';
import { tinyManifest } from '../../testing/weights/tiny.ts';
import { runtimeOf } from '../runtimes/registry.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';
import { type AugmentedPicture, toAugmentedPixels } from './augment/augmentPicture.ts';
import { createExtractor, type Extractor } from './extractor.ts';
import { RESIZE } from './pixels.ts';

const FEATURES = { arithmetic: 'float32', upTo: null } as const;
const { manifest, shards } = tinyManifest();

async function open(): Promise<Extractor> {
  const part = manifest.parts.find(({ id }) => id === 'backbone');
  const files = part?.shards.map(({ path }) => shards.get(path) ?? new Uint8Array()) ?? [];
  const bytes = new Uint8Array(await new Blob(files).arrayBuffer());
  const input = inputNodeOf(manifest.nodes);
  const extractor = createExtractor({ input, resize: RESIZE, batchSize: 4 });
  await extractor.addTarget({
    ...FEATURES,
    forward: await runtimeOf('wasm').prepareForward('wasm', { manifest, bytes }, FEATURES),
  });
  return extractor;
}

beforeAll(() => activateBackend('wasm'));

describe('an extractor given pictures to augment', () => {
  it('augments and mixes them before the network sees them, in one batch with plain ones', async () => {
    const extractor = await open();
    const [blob, other] = await Promise.all([fileOf(colourful(20)), fileOf(grayPixels(10, (x) => x * 25))]);
    const augment = { ...DEFAULT_AUGMENTATION, resizedCrop: 0.5, erasing: 1 };
    const augmented: AugmentedPicture[] = [
      { blob, augment, seed: 3, partner: null },
      { blob, augment: { ...augment, mixUp: 1 }, seed: 3, partner: { blob: other, seed: 8 } },
      { blob, augment: { ...augment, cutMix: 1 }, seed: 4, partner: { blob: other, seed: 8 } },
    ];
    const { features, failed } = await extractor.extract([...augmented, blob], FEATURES);
    expect(failed).toEqual([]);
    // The same pixels out of a file of the input's size, which no resizing changes.
    const files = await Promise.all(
      augmented.map(async (one) => fileOf(await toAugmentedPixels(one, manifest.inputSizePx, RESIZE))),
    );
    const expected = await extractor.extract([...files, blob], FEATURES);
    expect([...features]).toEqual([...expected.features]);
    const rows = [0, 1, 2, 3].map((row) => String(features.subarray(row * 4, row * 4 + 4)));
    expect(new Set(rows).size).toBe(4);
  });

  it('reports one that cannot be decoded, or whose partner cannot', async () => {
    const extractor = await open();
    const blob = await fileOf(colourful(20));
    const broken = new Blob(['not a picture']);
    const augment = { ...DEFAULT_AUGMENTATION, mixUp: 1 };
    const pictures: AugmentedPicture[] = [
      { blob, augment, seed: 3, partner: null },
      { blob: broken, augment, seed: 3, partner: null },
      { blob, augment, seed: 3, partner: { blob: broken, seed: 8 } },
    ];
    const { features, failed } = await extractor.extract(pictures, FEATURES);
    expect(failed).toEqual([1, 2]);
    expect(features.subarray(4).every((value) => value === 0)).toBe(true);
  });
});
