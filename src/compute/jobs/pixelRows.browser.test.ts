import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AugmentSettings, NO_AUGMENTATION } from '../../domain/augmentation.ts';
import { createTestEngine, drawPictures, type TestEngine } from '../../testing/engine/smallEngine.ts';
import { recipesOf } from '../features/augment/recipes.ts';
import { openActivations } from './activations.ts';
import { freshSessionOf } from './freshSession.ts';
import { canKeepPixels, openPixelRows } from './pixelRows.ts';
import type { Session } from './session.ts';
import { targetOf } from './trainedPart.ts';

const SIZE_PX = 28;
const LENGTH = SIZE_PX * SIZE_PX * 3;
const { pictures, examples } = await drawPictures(20);
const train = Int32Array.from(examples.flatMap(({ split }, row) => (split === 'train' ? [row] : [])));
const all = Int32Array.from(examples, (_, row) => row);

let engine: TestEngine;
let session: Session;
beforeAll(async () => {
  engine = await createTestEngine('wasm');
  session = freshSessionOf(engine.session, { backboneId: 'plain-cnn', inputSizePx: SIZE_PX });
});
afterAll(() => engine.close());
beforeEach(() => {
  engine.asked.length = 0;
});

const optionsOf = (augmentation: AugmentSettings | null = null) => ({
  ...{ examples, pictures, augmentation, seed: 1, sizePx: SIZE_PX },
  signal: new AbortController().signal,
});
async function open(augmentation: AugmentSettings | null = null) {
  if (!session.ownInput) throw new Error('no input');
  return openPixelRows(session, session.ownInput, optionsOf(augmentation));
}
const rowIn = (values: Float32Array, place: number) => values.subarray(place * LENGTH, (place + 1) * LENGTH);

describe('small pictures in memory', () => {
  it('enter the network as they do one by one, and are decoded once', async () => {
    const rows = await open();
    const done: number[] = [];
    await rows.prepare(all, (count) => done.push(count));
    expect(done).toEqual([20]);
    expect(engine.asked).toHaveLength(20);
    const values = await rows.plain(all);
    rows.expect(train, 1);
    const training = await rows.training(train);
    expect(engine.asked).toHaveLength(20);
    expect(training.mixes).toBeUndefined();
    train.forEach((row, place) => {
      expect(rowIn(training.values, place)).toEqual(rowIn(values, row));
    });

    const target = targetOf(session, { nodes: session.plan.nodes }, 'float32');
    const close = await session.openTarget(target);
    await session.pool.extract({
      count: pictures.length,
      open: (index) => pictures[index]?.blob ?? new Blob(),
      onPicture: ({ index, features }) => {
        features?.forEach((value, i) => {
          expect(Math.abs(value - (values[index * LENGTH + i] ?? Number.NaN))).toBeLessThan(1e-5);
        });
      },
      target,
    });
    await close();
  });

  it('are augmented anew in each epoch, the same way for the same seed', async () => {
    const augmentation = { ...NO_AUGMENTATION, horizontalFlip: true, cropPaddingPx: 4 };
    const epochs = await Promise.all(
      [1, 2, 1].map(async (epoch) => {
        const rows = await open(augmentation);
        rows.expect(train, epoch);
        return (await rows.training(train)).values;
      }),
    );
    const [first, second, again] = epochs;
    expect(again).toEqual(first);
    expect(second).not.toEqual(first);
  });

  it('move by whole pixels of their own size, and are black where nothing is', async () => {
    const rows = await open({ ...NO_AUGMENTATION, cropPaddingPx: 4 });
    const still = await (await open()).plain(train);
    rows.expect(train, 1);
    const { values } = await rows.training(train);
    const black = session.ownInput?.preprocessing?.bias ?? [];
    const at = (from: Float32Array, place: number, y: number, x: number) =>
      [0, 1, 2].map((colour) => from[place * LENGTH + (y * SIZE_PX + x) * 3 + colour] ?? Number.NaN);
    train.forEach((_, place) => {
      const shifts = Array.from({ length: 81 }, (__, i) => [Math.floor(i / 9) - 4, (i % 9) - 4] as const);
      const isShifted = shifts.some(([down, across]) => {
        for (let y = 0; y < SIZE_PX; y++) {
          for (let x = 0; x < SIZE_PX; x++) {
            const [fromY, fromX] = [y + down, x + across];
            const isInside = fromY >= 0 && fromX >= 0 && fromY < SIZE_PX && fromX < SIZE_PX;
            const expected = isInside ? at(still, place, fromY, fromX) : black;
            const actual = at(values, place, y, x);
            if (actual.some((value, i) => Math.abs(value - (expected[i] ?? 0)) > 1e-5)) return false;
          }
        }
        return true;
      });
      expect(isShifted).toBe(true);
    });
  });

  it('are mixed by the recipes that larger ones are', async () => {
    const augmentation = { ...NO_AUGMENTATION, mixUp: 0.4 };
    const rows = await open(augmentation);
    rows.expect(train, 3);
    const { mixes, values } = await rows.training(train);
    const hashes = [...train].map((row) => examples[row]?.hash ?? '');
    const recipes = recipesOf(augmentation, 1, hashes, 3);
    expect(recipes.size).toBe(train.length);

    const target = targetOf(session, { nodes: session.plan.nodes }, 'float32');
    const close = await session.openTarget(target);
    const larger = await openActivations({
      ...optionsOf(augmentation),
      ...{ pool: session.pool, target, shape: [SIZE_PX, SIZE_PX, 3] },
    });
    larger.expect(train, 3);
    const expected = await larger.training(train);
    await larger.close();
    await close();
    expect(mixes).toEqual(expected.mixes);
    values.forEach((value, i) => {
      // Bytes are rounded in either way.
      expect(Math.abs(value - (expected.values[i] ?? Number.NaN))).toBeLessThan(0.03);
    });
  });

  it('have a limit', () => {
    expect(canKeepPixels(60_000, 32)).toBe(true);
    expect(canKeepPixels(60_000, 224)).toBe(false);
  });

  it('end with a name where a picture is missing or cannot be read', async () => {
    if (!session.ownInput) throw new Error('no input');
    const missing = await openPixelRows(session, session.ownInput, { ...optionsOf(), pictures: [] });
    await expect(missing.plain(train)).rejects.toMatchObject({ code: 'notFound' });
    const broken = pictures.map(({ hash }) => ({ hash, blob: new Blob(['no picture']) }));
    const rows = await openPixelRows(session, session.ownInput, { ...optionsOf(), pictures: broken });
    await expect(rows.plain(train)).rejects.toMatchObject({ code: 'pictureUnreadable' });
  });
});
