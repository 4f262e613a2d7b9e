import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_PICTURE_PX, TEST_PICTURES } from '../../domain/modelExport.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import { createRandom } from '../../shared/random.ts';
import {
  createTestEngine,
  drawPictures,
  TEST_CLASSES,
  type TestEngine,
} from '../../testing/engine/smallEngine.ts';
import { readTestPictures } from './answeredPictures.ts';
import { createClassifier } from './classifier.ts';

const { pictures } = await drawPictures(8);
const labels: readonly string[] = TEST_CLASSES;
const open = () => new AbortController().signal;
const random = createRandom(3);
const head = createHead(buildHeadNodes({ ...DEFAULT_TRAIN_SETTINGS, hiddenUnits: 5 }, 12, 3), () =>
  random.next(),
);

let engine: TestEngine;
beforeAll(async () => {
  engine = await createTestEngine('wasm');
});
afterAll(() => engine.close());

async function pixelsOf(blob: Blob | null) {
  const bitmap = await createImageBitmap(blob ?? new Blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context?.drawImage(bitmap, 0, 0);
  return context?.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

describe('the pictures that go along with a model', () => {
  it('are the first that can be read, as they are, with what the model says of each', async () => {
    const broken = { hash: 'broken', blob: new Blob(['no picture']) };
    const gone = { hash: 'gone', blob: null };
    const given = [broken, ...pictures.slice(0, 3), gone, ...pictures.slice(3)];
    const along = await readTestPictures(engine.session, head, given, open());
    expect(along).toHaveLength(TEST_PICTURES);
    const backbone = engine.session.info;
    const classifier = { kind: 'head' as const, id: 'x', head, backbone, classNames: [...TEST_CLASSES] };
    for (const [index, { file, probabilities }] of along.entries()) {
      expect(file.type).toBe('image/png');
      expect(await pixelsOf(file)).toEqual(await pixelsOf(pictures[index]?.blob ?? null));
      const answered: number[] = [];
      await createClassifier(engine.session).classifyAll(
        [file],
        classifier,
        TEST_CLASSES.length,
        (outcome) => {
          if (!outcome.ok) return;
          for (const { label, probability } of outcome.result.top)
            answered[labels.indexOf(label)] = probability;
        },
        open(),
      );
      expect(answered).toHaveLength(TEST_CLASSES.length);
      for (const [i, probability] of answered.entries()) expect(probabilities[i]).toBeCloseTo(probability, 5);
    }
  });

  it('are drawn where there are too few, always the same ones', async () => {
    const [first, second] = [
      await readTestPictures(engine.session, head, pictures.slice(0, 2), open()),
      await readTestPictures(engine.session, head, pictures.slice(0, 2), open()),
    ];
    expect(first).toHaveLength(TEST_PICTURES);
    expect(await pixelsOf(first.at(-1)?.file ?? null)).toEqual(await pixelsOf(second.at(-1)?.file ?? null));
    expect(first.at(-1)?.probabilities).toEqual(second.at(-1)?.probabilities);
  });

  it('are made smaller where they are large', async () => {
    const canvas = new OffscreenCanvas(2 * TEST_PICTURE_PX, TEST_PICTURE_PX);
    canvas.getContext('2d')?.fillRect(0, 0, 100, 100);
    const large = { hash: 'large', blob: await canvas.convertToBlob() };
    const [picture] = await readTestPictures(engine.session, head, [large], open());
    const { width, height } = await createImageBitmap(picture?.file ?? new Blob());
    expect([width, height]).toEqual([TEST_PICTURE_PX, TEST_PICTURE_PX / 2]);
  });

  it('stop when cancelled', async () => {
    const cancelled = readTestPictures(engine.session, head, pictures, AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  });
});
