/** A browser that lets no site keep anything, as some schools set it: that is said, and training works all the same. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, expect } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from '../tools/chromium.ts';
import { Person } from './pages/person.ts';
import { DISC_COUNT, test } from './pages/tiny.ts';

/** Chromium's own number for "block". */
const BLOCK = 2;

test('where no site may keep anything, it trains all the same', async ({
  page,
  folder,
  tinyServer,
  discs,
}) => {
  const profile = join(folder, 'profile');
  await mkdir(join(profile, 'Default'), { recursive: true });
  const preferences = { profile: { default_content_setting_values: { cookies: BLOCK } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const executablePath = findChromium();
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath === null ? {} : { executablePath }),
    args: [...CHROMIUM_FLAGS],
    locale: 'en-US',
  });
  const uncaught: string[] = [];
  context.on('weberror', (error) => void uncaught.push(error.error().message));
  const person = new Person(await context.newPage());
  await person.open(tinyServer.url);
  await expect(
    person.page.getByText('This browser does not let the page save anything.').first(),
  ).toBeVisible();
  await expect(person.page.getByText(/Something unexpected/)).toHaveCount(0);
  await person.addFolder(discs);
  await person.expectAdded(DISC_COUNT);
  await person.goTo('Train');
  await person.pressTrain();
  await expect(person.main.getByRole('button', { name: 'Save again' })).toBeVisible({ timeout: 60_000 });
  await expect(
    person.main.getByText('The model is trained, and this browser keeps nothing', { exact: false }),
  ).toBeVisible();
  await expect(person.notices.getByText(/^There is no room to keep what the network sees/)).toBeVisible();
  // Nobody else has the right to train, and none is said to.
  await expect(person.page.getByText(/another tab/)).toHaveCount(0);
  const download = person.page.waitForEvent('download');
  await person.main.getByRole('button', { name: 'Save as a file' }).click();
  await (await download).saveAs(join(folder, 'model.zip'));
  await person.main.getByRole('button', { name: /^It is in the file/ }).click();
  await person.main.getByRole('button', { name: /^Train/ }).click();
  await expect(person.main.getByRole('button', { name: 'Save again' })).toBeVisible({ timeout: 60_000 });
  expect(uncaught).toEqual([]);
  await context.close();

  // In another browser it is a model like all others.
  const elsewhere = new Person(page);
  await elsewhere.open(tinyServer.url);
  await elsewhere.goTo('My models');
  await elsewhere.importModel(join(folder, 'model.zip'));
});
