/** A new version never reloads a tab on its own, waits for what goes on, and leaves older tabs whole until they are closed. */
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { makeNewerBuild, serveBare } from './pages/bareHost.ts';
import { test } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';
import { readSmallSet, writeFiles } from './pages/pictures.ts';

const versionOf = (page: Page) => page.locator('meta[name="test-version"]');

/** What a browser does once a day, or when a page is opened. */
const lookForUpdate = (page: Page) =>
  page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));

/** What stands there covers the buttons below it. */
async function closeNotices({ notices }: Person): Promise<void> {
  const buttons = notices.getByRole('button', { name: 'Close message' });
  while ((await buttons.count()) > 0) await buttons.first().click();
}

/** Scripts in the offline cache, of whichever version. */
const keptScripts = (page: Page) =>
  page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.includes('precache'));
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests
      .flat()
      .map(({ url }) => new URL(url).pathname)
      .filter((path) => path.endsWith('.js'));
  });

test('an update asked for in one tab waits for the other, which keeps all and goes on as it is', async ({
  page: first,
  context,
  folder,
  guard,
}) => {
  test.setTimeout(600_000);
  const [newer, pictures] = [join(folder, 'newer'), join(folder, 'pictures')];
  await makeNewerBuild(newer, 'newer');
  const files = await readSmallSet(0, 25);
  const count = Object.keys(files).length;
  // Enough for a press while they are read.
  expect(count).toBeGreaterThan(50);
  await writeFiles(pictures, files);
  const host = await serveBare();
  const worker = new Person(first);
  await worker.open(host.url);
  await worker.waitUntilOfflineReady();
  const asker = new Person(await context.newPage());
  await asker.open(host.url);
  const loads: string[] = [];
  worker.page.on('load', () => loads.push(worker.page.url()));

  await test.step('both tabs are told of it', async () => {
    host.deploy(newer);
    await lookForUpdate(first);
    for (const { notices } of [asker, worker])
      await expect(notices).toContainText('A new version of Headstart is ready.', { timeout: 60_000 });
  });

  await test.step('pressed while the other tab reads pictures, it waits', async () => {
    await closeNotices(worker);
    await worker.page.bringToFront();
    await worker.addFolder(pictures);
    await expect(worker.main.getByRole('button', { name: 'Cancel' })).toBeVisible();
    await asker.notices.getByRole('button', { name: 'Reload' }).click();
    await expect(asker.notices).toContainText('Something is still going on, here or in another tab.');
    await expect(worker.notices).toContainText(`${count} pictures added`, { timeout: 120_000 });
    await expect(versionOf(asker.page)).toHaveAttribute('content', 'newer', { timeout: 60_000 });
    expect(loads).toEqual([]);
    await expect(versionOf(worker.page)).toHaveCount(0);
    await expect(worker.notices).toContainText('Another tab has changed to a new version of Headstart.');
  });

  await test.step('the older tab finds all of its parts, though the host has them no more', async () => {
    await closeNotices(worker);
    for (const view of ['Train', 'Result', 'Use it', 'My models', 'Runs', 'Settings', 'Train'] as const)
      await worker.goTo(view);
    await expect(worker.page.getByText('Something unexpected happened')).toHaveCount(0);
    await worker.setAdvanced({ 'Rounds at most (epochs)': 2 });
    await worker.pressTrain();
    await worker.expectResult(300_000);
    expect(loads).toEqual([]);
  });

  await test.step('then it changes as well, and what nobody needs any more goes', async () => {
    await worker.page.reload();
    await expect(versionOf(worker.page)).toHaveAttribute('content', 'newer', { timeout: 60_000 });
    await expect
      .poll(async () =>
        (await keptScripts(asker.page)).filter((path) => !path.includes('newer.js') && path !== '/sw.js'),
      )
      .toEqual([]);
    await worker.goTo('Pictures');
    expect(Object.values(await worker.counts()).reduce((sum, some) => sum + some, 0)).toBe(count);
  });
  guard.expectNothingWrong();
  await host.close();
});

test.describe('without a service worker', () => {
  test.use({ serviceWorkers: 'block' });

  test('a part that a new deployment has taken away is told, with a way to the new one', async ({
    page,
    folder,
    smallSet,
  }) => {
    const newer = join(folder, 'build');
    await makeNewerBuild(newer, 'newer');
    const host = await serveBare();
    const person = new Person(page);
    await person.open(host.url);
    host.deploy(newer);
    const message = person.main
      .getByRole('alert')
      .filter({ hasText: 'A part of Headstart could not be loaded.' });

    await test.step('a view', async () => {
      await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: 'Train' }).click();
      await expect(message).toBeVisible();
    });
    await test.step('a worker', async () => {
      await person.goTo('Pictures');
      await person.addFolder(smallSet);
      await expect(message).toBeVisible();
    });
    await message.getByRole('button', { name: 'Reload the page' }).click();
    await expect(versionOf(page)).toHaveAttribute('content', 'newer');
    await person.goTo('Train');
    await host.close();
  });
});
