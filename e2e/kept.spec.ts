/** What a person has done is there again: after a reload, after closing the browser, and without the network. */
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { serveDist } from '../tools/serve.ts';
import { test } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';
import { readSmallSet, writeFiles } from './pages/pictures.ts';

test('pictures, features and models are there again after the browser was closed', async ({
  trained,
  folder,
}) => {
  const { page } = trained;
  await expect(page.getByText('Ready to train')).toBeVisible();
  expect(await trained.counts()).toEqual({ animals: 8, buildings: 8, faces: 8 });

  await test.step('the model, with its result', async () => {
    await trained.goTo('My models');
    const models = page.getByRole('list', { name: 'Models' });
    await models.getByRole('link', { name: trained.modelName, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: trained.modelName })).toBeVisible();
    await expect(page.getByTestId('accuracy')).toContainText('%');
  });

  await test.step('no picture is looked at twice', async () => {
    await trained.goTo('Pictures');
    await page.reload();
    const known = await trained.watchText(/\d+ known already|\d+ of \d+/);
    await trained.goTo('Train');
    await trained.setAdvanced({ 'Rounds at most (epochs)': 3 });
    await trained.pressTrain();
    await trained.expectResult();
    expect(await known()).toContain('24 known already');
  });

  await test.step('six more pictures cost six looks', async () => {
    await writeFiles(join(folder, 'more'), await readSmallSet(8, 2));
    await trained.goTo('Pictures');
    await trained.addFolder(join(folder, 'more'));
    await trained.expectAdded(6);
    await trained.goTo('Train');
    const seen = await trained.watchText(/\d+ known already|\d+ of 30/);
    await trained.pressTrain();
    await trained.expectResult();
    expect((await seen()).filter((text) => text.endsWith('already'))).toEqual(['24 known already']);
  });
});

test('a second tab says that it keeps nothing, and takes nothing away from the first', async ({
  trained,
}) => {
  const second = new Person(await trained.page.context().newPage());
  await second.open(trained.page.url());
  await expect(second.notices).toContainText('Headstart is open in another tab');
  await second.main.getByRole('button', { name: 'Start over' }).click();
  await expect(second.page.getByText('Drop your pictures here')).toBeVisible();
  // Longer than a change waits before it is saved.
  await second.page.waitForTimeout(1500);
  await second.page.close();

  await trained.page.reload();
  await expect(trained.page.getByText('Ready to train')).toBeVisible();
  expect(await trained.counts()).toEqual({ animals: 8, buildings: 8, faces: 8 });
  await expect(trained.notices).not.toContainText('another tab');
});

test('a model is renamed, and deleted only after a question', async ({ trained }) => {
  const { page } = trained;
  await trained.goTo('My models');
  await page.getByRole('button', { name: `Rename: ${trained.modelName}` }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('My first <i>model</i>');
  await page.getByRole('button', { name: 'Save' }).click();
  const link = page.getByRole('link', { name: 'My first <i>model</i>', exact: true });
  await expect(link).toBeVisible();
  await page.reload();
  await expect(link).toBeVisible();

  await page.getByRole('button', { name: 'Delete: My first <i>model</i>' }).click();
  const question = page.getByRole('dialog', { name: 'Delete the model?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(link).toBeVisible();
  await page.getByRole('button', { name: 'Delete: My first <i>model</i>' }).click();
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(link).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('There is no model yet.')).toBeVisible();
});

test('a browser that has only trained opens and classifies without the network', async ({
  trained,
  smallSet,
}) => {
  const { page } = trained;
  const picture = join(smallSet, 'animals', 'noto_cat.png');
  await page.context().setOffline(true);
  await page.reload();
  await trained.goTo('Use it');
  await trained.chooseClassifier(trained.modelName);
  const own = await trained.classify([picture]);
  expect(Object.keys(own['noto_cat.png'] ?? {}).sort()).toEqual(['animals', 'buildings', 'faces']);
  await trained.chooseClassifier('1,000 everyday things (ImageNet)');
  const imagenet = await trained.readTable(1);
  expect(Object.keys(imagenet['noto_cat.png'] ?? {})).toHaveLength(5);
});

test('after the first visit the server may vanish', async ({ page, smallSet }) => {
  const server = await serveDist({ port: 0 });
  const person = new Person(page);
  const pictures = ['camel', 'cat'].map((name) => join(smallSet, 'animals', `noto_${name}.png`));
  await person.open(server.url);
  await person.waitUntilOfflineReady();
  await person.goTo('Use it');
  const before = await person.classify(pictures);
  expect(Object.keys(before)).toHaveLength(2);

  await server.close();
  await page.context().setOffline(true);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Use it' })).toBeVisible();
  expect(await person.classify(pictures)).toEqual(before);

  await test.step('also what it had not shown before', async () => {
    for (const view of ['Train', 'Result', 'My models', 'Settings', 'Pictures'] as const) {
      await person.goTo(view);
    }
  });
});
