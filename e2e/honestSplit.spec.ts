/** No test on what was learned: pictures keep their part while others come, and a model knows what it has seen. */
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Dataset } from '../src/domain/dataset.ts';
import type { ModelRecord } from '../src/domain/model.ts';
import type { SplitName } from '../src/domain/picture.ts';
import { createSeenCheck, seenOf } from '../src/domain/seenPictures.ts';
import { keptDataset, shownModel } from './pages/kept.ts';
import type { Person } from './pages/person.ts';
import { DISC_COUNT, PICTURES_PER_CLASS, test, writeDiscs } from './pages/tiny.ts';

const EPOCHS = 'Rounds at most (epochs)';
const RATE = 'Speed of learning (learning rate)';
const LEFT_OUT = 'Not all pictures can be in the test';

/** As the record has it, by content. */
function partsOf({ deals = [], split }: Dataset): Readonly<Record<string, SplitName>> {
  return deals.find(({ seed }) => seed === split.seed)?.parts ?? {};
}

function inTest(dataset: Dataset): readonly string[] {
  const parts = partsOf(dataset);
  return dataset.pictures.flatMap(({ hash }) => (parts[hash] === 'test' ? [hash] : []));
}

function countSeen(model: ModelRecord, hashes: readonly string[]): number {
  const check = createSeenCheck(seenOf(model));
  return hashes.filter((hash) => check(hash) !== null).length;
}

/** Name and part of each picture that is on the screen, as its button says them. */
async function shownParts({ main }: Person): Promise<Readonly<Record<string, string>>> {
  const labels = await main
    .getByRole('button', { name: /\.svg, (Training|Validation|Test)$/ })
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label') ?? ''));
  return Object.fromEntries(labels.map((label) => label.split(', ') as [string, string]));
}

async function train(person: Person, epochs: number, rate: number): Promise<ModelRecord> {
  await person.setAdvanced({ [EPOCHS]: epochs, [RATE]: rate }, false);
  await person.pressTrain();
  await person.expectResult();
  return shownModel(person.page);
}

async function continueFrom({ main }: Person, { name }: ModelRecord): Promise<void> {
  await main.getByRole('button', { name: `Continue training: ${name}` }).click();
  await expect(main.getByText(`Training goes on from “${name}”`)).toBeVisible();
}

test('pictures that come move no other, and training that goes on is tested on what is new to it', async ({
  tiny,
  folder,
}) => {
  const { page, main } = tiny;
  const before = await keptDataset(page, DISC_COUNT);
  expect(Object.keys(partsOf(before))).toHaveLength(DISC_COUNT);
  const shownBefore = await shownParts(tiny);
  expect(Object.keys(shownBefore).length).toBeGreaterThan(10);
  await tiny.goTo('Train');
  const first = await train(tiny, 8, 0.005);
  expect(countSeen(first, inTest(before))).toBe(0);

  await tiny.goTo('Pictures');
  await tiny.addFolder(await writeDiscs(join(folder, 'more'), { green: 124, red: 5 }));
  await tiny.expectAdded(2 * PICTURES_PER_CLASS);
  const grown = await keptDataset(page, DISC_COUNT + 2 * PICTURES_PER_CLASS);
  await expect
    .poll(async () => Object.keys(partsOf(await keptDataset(page, grown.pictures.length))).length)
    .toBe(grown.pictures.length);
  const settled = await keptDataset(page, grown.pictures.length);
  expect(partsOf(settled)).toMatchObject(partsOf(before));
  const splits = await tiny.splits();
  expect(splits.green).toEqual([20, 4, 4]);
  expect(splits.purple).toEqual([10, 2, 2]);
  const shownAfter = await shownParts(tiny);
  const purple = Object.entries(shownBefore).filter(([name]) => name.startsWith('purple'));
  for (const [name, part] of purple) if (name in shownAfter) expect(shownAfter[name], name).toBe(part);

  await tiny.goTo('Result');
  await continueFrom(tiny, first);
  await expect(main.getByRole('note', { name: LEFT_OUT })).toHaveCount(0);
  const second = await train(tiny, 8, 0.005);
  const tests = inTest(settled);
  expect(second.metrics.test?.count).toBe(tests.length);
  expect(countSeen(first, tests)).toBe(0);
  expect(second.seenBefore).toBeUndefined();
  await expect(main.getByText(LEFT_OUT)).toHaveCount(0);

  await test.step('divided anew, tests of older models are said to hold no more', async () => {
    await tiny.goTo('Pictures');
    await main.getByRole('button', { name: 'Shuffle' }).click();
    await expect(main.getByText('Tests of older models no longer hold')).toBeVisible();
    await expect(main.getByText(`“${second.name}” has already seen`)).toBeVisible();
  });
  await test.step('and what was learned is left out of the test, in numbers', async () => {
    await tiny.goTo('Result');
    await continueFrom(tiny, second);
    await expect(main.getByText(LEFT_OUT)).toBeVisible();
    // Corrections so large that no epoch can do better than what it began with.
    const third = await train(tiny, 2, 1);
    const anew = await keptDataset(page, grown.pictures.length);
    const seen = countSeen(second, inTest(anew));
    expect(seen).toBeGreaterThan(3);
    expect(third.seenBefore?.test).toBe(seen);
    expect(third.metrics.test?.count ?? 0).toBe(inTest(anew).length - seen);
    await expect(main.getByText(LEFT_OUT)).toBeVisible();
    await expect(main.getByText(new RegExp(`^${seen} test pictures are left out`))).toBeVisible();
    await expect(main.getByText('Nothing was better than the start')).toBeVisible();
    await expect(main.getByText('None of the 2 epochs did better')).toBeVisible();
    expect(third.bestEpoch).toBe(0);
    // It knows the whole chain.
    const learned = inTest(anew).filter((hash) => createSeenCheck(seenOf(first))(hash) === 'train');
    expect(countSeen(third, learned)).toBe(learned.length);
  });
});
