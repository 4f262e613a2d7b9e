/** Trainings side by side: what differs is marked, one that is deleted comes back, and from a model it goes on. */
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { keptRuns, shownModel } from './pages/kept.ts';
import { test, writeDiscs } from './pages/tiny.ts';

const EPOCHS = 'Rounds at most (epochs)';
const RATE = 'Speed of learning (learning rate)';

test('two runs are laid over each other, what differs is marked, and deleting can be undone', async ({
  tiny,
}) => {
  const { page, main } = tiny;
  for (const [epochs, rate] of [
    [3, 0.001],
    [5, 0.002],
  ] as const) {
    await tiny.goTo('Train');
    await tiny.setAdvanced({ [EPOCHS]: epochs, [RATE]: rate }, false);
    await tiny.pressTrain();
    await tiny.expectResult();
  }
  await tiny.goTo('My models');
  await main.getByRole('link', { name: 'Compare runs' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  const boxes = main.getByRole('checkbox', { name: /^Compare: / });
  await expect(boxes).toHaveCount(2);
  await expect(main.getByText('Choose 2 to')).toBeVisible();
  await boxes.nth(0).check();
  await boxes.nth(1).check();

  await test.step('curves over each other', async () => {
    const accuracy = page.getByRole('figure', { name: /^Line chart of the accuracy of runs \d, \d over/ });
    await expect(accuracy).toBeVisible();
    // Of each run its validation and its training.
    await expect(accuracy.locator('path.recharts-line-curve')).toHaveCount(4);
    await main.getByRole('switch', { name: 'Show training curves too' }).click();
    await expect(accuracy.locator('path.recharts-line-curve')).toHaveCount(2);
  });
  await test.step('what differs, and only that, is marked', async () => {
    const table = page.getByRole('table', { name: 'Settings and results, a column for each run' });
    const row = (name: string) => table.getByRole('row').filter({ hasText: name });
    await expect(row(EPOCHS)).toContainText('differs');
    await expect(row(EPOCHS).getByRole('cell')).toHaveText(['5', '3']);
    await expect(row(RATE)).toContainText('differs');
    const seed = row('Starting point of chance (seed)');
    await expect(seed).not.toContainText('differs');
    await main.getByRole('switch', { name: 'Only what differs' }).click();
    await expect(seed).toHaveCount(0);
    await expect(row(EPOCHS)).toBeVisible();
  });
  await test.step('deleted, and undone', async () => {
    await main
      .getByRole('button', { name: /^Delete the run: / })
      .first()
      .click();
    await expect(boxes).toHaveCount(1);
    await tiny.notices.getByRole('button', { name: 'Undo' }).click();
    await expect(boxes).toHaveCount(2);
    await page.reload();
    await expect(boxes).toHaveCount(2);
    await main
      .getByRole('button', { name: /^Delete the run: / })
      .first()
      .click();
    await expect(boxes).toHaveCount(1);
    await page.reload();
    await expect(boxes).toHaveCount(1);
  });
});

test('training goes on from a model, with a class that it has never seen', async ({ tiny, folder }) => {
  const { page, main } = tiny;
  await tiny.goTo('Train');
  await tiny.setAdvanced({ [EPOCHS]: 12, [RATE]: 0.005 }, false);
  await tiny.pressTrain();
  await tiny.expectResult();
  const before = await shownModel(page);
  const lossAtFirst = before.curve[0]?.loss ?? 0;
  await main.getByRole('button', { name: `Continue training: ${before.name}` }).click();
  await expect(main.getByText(`Training goes on from “${before.name}”`)).toBeVisible();
  await expect(main.getByText('It knows already: green, purple, and red.')).toBeVisible();

  await tiny.goTo('Pictures');
  await tiny.addFolder(await writeDiscs(join(folder, 'more'), { blue: 200 }));
  await tiny.expectAdded(14);
  await tiny.goTo('Train');
  await expect(main.getByText('It learns anew: blue.')).toBeVisible();
  await tiny.setAdvanced({ [EPOCHS]: 12, [RATE]: 0.005 }, false);
  await tiny.pressTrain();
  await tiny.expectResult();
  const after = await shownModel(page);
  expect(after.id).not.toBe(before.id);
  expect([...after.classNames].sort()).toEqual(['blue', 'green', 'purple', 'red']);
  expect(after.curve[0]?.loss).toBeLessThan(lossAtFirst);
  const [run] = await keptRuns(page);
  expect(run).toMatchObject({ modelId: after.id, startedFrom: before.name });

  await main.getByRole('link', { name: 'Use it', exact: true }).click();
  const guesses = (await tiny.classify([join(folder, 'more', 'blue', 'blue-4.svg')]))['blue-4.svg'] ?? {};
  expect(Object.keys(guesses)).toHaveLength(4);
});
