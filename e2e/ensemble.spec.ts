/** Models that answer together: combined on the page, measured, used, and taken away as one file. */
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { shownModel } from './pages/kept.ts';
import type { Person } from './pages/person.ts';
import { test } from './pages/tiny.ts';

const NAMES = ['green', 'purple', 'red'];

async function trainQuick(tiny: Person, seed: number): Promise<string> {
  await tiny.goTo('Train');
  await tiny.choosePreset('head');
  await tiny.setAdvanced({ 'Rounds at most (epochs)': 6, 'Starting point of chance (seed)': seed }, false);
  await tiny.pressTrain();
  await tiny.expectResult();
  return tiny.modelName();
}

async function combine(tiny: Person, names: readonly string[], flips: boolean): Promise<void> {
  await tiny.goTo('My models');
  await tiny.main.getByRole('button', { name: 'Combine models', exact: true }).click();
  const dialog = tiny.page.getByRole('dialog', { name: 'Combine models (ensemble)' });
  for (const name of names) await dialog.getByRole('checkbox', { name, exact: true }).check();
  if (flips) await dialog.getByRole('switch', { name: 'Look in a mirror too (test-time flip)' }).check();
  await dialog.getByRole('button', { name: 'Combine', exact: true }).click();
  await tiny.expectResult();
}

test('two models answer together, and a file holds both', async ({ tiny, discs, folder }) => {
  const { page, main } = tiny;
  const first = await trainQuick(tiny, 1);
  const second = await trainQuick(tiny, 2);
  const files = NAMES.map((name) => join(discs, name, `${name}-3.svg`));
  // A model file computes in float32, so what it is compared with must as well.
  await tiny.goTo('Settings');
  await page.getByRole('switch', { name: 'Exact arithmetic (float32)' }).check();

  await combine(tiny, [first, second], false);
  const { ensemble, metrics } = await shownModel(page);
  expect(ensemble?.members.map(({ name }) => name).sort()).toEqual([first, second].sort());
  expect(ensemble?.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 5);
  expect(metrics.test?.count).toBeGreaterThan(0);
  const table = main.getByRole('table', { name: 'Models that answer together (ensemble)' });
  await expect(table.getByRole('row')).toHaveCount(3);
  await expect(main.getByRole('button', { name: /^Continue training/ })).toHaveCount(0);
  await main.getByRole('link', { name: 'Use it', exact: true }).click();
  const together = await tiny.classify(files);

  await test.step('the file answers as it does', async () => {
    const file = join(folder, 'both.zip');
    await page.goBack();
    await tiny.exportModel(file);
    await tiny.goTo('My models');
    await tiny.importModel(file);
    await main
      .getByRole('link', { name: /^Use it: / })
      .first()
      .click();
    const again = await tiny.classify(files);
    for (const [name, guesses] of Object.entries(together))
      for (const [label, value] of Object.entries(guesses))
        expect(again[name]?.[label]).toBeCloseTo(value, 3);
  });

  await test.step('one alone can look in a mirror', async () => {
    await combine(tiny, [second], true);
    const flipped = await shownModel(page);
    expect(flipped.ensemble).toMatchObject({ flips: true, members: [{ name: second, weight: 1 }] });
    await main.getByRole('link', { name: 'Use it', exact: true }).click();
    const guesses = (await tiny.classify(files))['red-3.svg'] ?? {};
    expect(Object.values(guesses).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
  });
});
