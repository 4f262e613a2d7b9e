/** Recipes: one click sets everything, a file carries it away and back. */
import { writeFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { shownModel } from './pages/kept.ts';
import { test } from './pages/tiny.ts';

test('a recipe sets everything, is saved from a result, and sets it again from its file', async ({
  tiny,
}, testInfo) => {
  await tiny.goTo('Train');
  await tiny.followRecipe('animals-frozen');
  await expect(tiny.main.getByRole('radio', { name: 'Quick' })).toBeChecked();
  await tiny.unfold('Advanced');
  await expect(tiny.main.getByLabel('Size of the hidden layer (units)')).toHaveValue('256');
  await tiny.setAdvanced({ 'Rounds at most (epochs)': 3 }, null);
  await tiny.pressTrain();
  await tiny.expectResult();
  const { settings } = await shownModel(tiny.page);
  expect([settings.epochs, settings.dropout, settings.earlyStoppingPatience]).toEqual([3, 0.5, null]);

  const download = tiny.page.waitForEvent('download');
  await tiny.main.getByRole('button', { name: 'Save its settings as a recipe', exact: true }).click();
  const file = testInfo.outputPath('mine.recipe.json');
  await (await download).saveAs(file);
  await tiny.goTo('Train');
  await tiny.followRecipe('plain-cnn');
  await expect(tiny.main.getByText('The network begins with random numbers')).toBeVisible();
  await tiny.followRecipe(file);
  await expect(tiny.main.getByText('The network begins with random numbers')).toBeHidden();
  await tiny.unfold('Advanced');
  await expect(tiny.main.getByLabel('Rounds at most (epochs)')).toHaveValue('3');
  await expect(tiny.main.getByLabel('Size of the hidden layer (units)')).toHaveValue('256');

  const broken = testInfo.outputPath('broken.json');
  await writeFile(broken, '{"format":"headstart-recipe","version":1,"name":"a","settings":{"epochs":"ten"}}');
  await tiny.choose('Open a recipe file', broken);
  await expect(tiny.notices).toContainText('In the file this is wrong: settings.epochs.');
  await expect(tiny.main.getByLabel('Rounds at most (epochs)')).toHaveValue('3');
});
