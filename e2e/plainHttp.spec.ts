/** On plain http from another machine, such as a school's server, everything works but what browsers keep from such pages. */
import { expect } from '@playwright/test';
import { serveBare } from './pages/bareHost.ts';
import { test as base } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';

/** A name that is not localhost, so that the browser does not trust it; it leads here all the same. */
const HOST = 'school.test';

const test = base.extend<object, object>({
  launchOptions: [
    async ({ launchOptions }, use) => {
      const args = [...(launchOptions.args ?? []), `--host-resolver-rules=MAP ${HOST} localhost`];
      await use({ ...launchOptions, args });
    },
    // No option any more: else the configuration's own value would take its place.
    { scope: 'worker' },
  ],
});

test('the sample set is read, trained on, kept and exported; what is missing is named', async ({
  page,
  context,
  guard,
}) => {
  test.setTimeout(600_000);
  guard.hosts.add(HOST);
  const host = await serveBare();
  const address = `http://${HOST}:${new URL(host.url).port}/`;
  const person = new Person(page);
  await person.open(address);
  const has = await page.evaluate(() => ({
    secure: isSecureContext,
    hashes: 'subtle' in crypto,
    ids: 'randomUUID' in crypto,
    storage: 'storage' in navigator,
    offline: 'serviceWorker' in navigator,
  }));
  expect(has).toEqual({ secure: false, hashes: false, ids: false, storage: false, offline: false });

  await test.step('pictures', async () => {
    await page.getByRole('button', { name: 'Try the sample set' }).click();
    await expect(person.notices).toContainText('269 pictures added', { timeout: 200_000 });
  });
  await test.step('a result', async () => {
    await person.goTo('Train');
    await person.setAdvanced({ 'Rounds at most (epochs)': 10, 'Starting point of chance (seed)': 1 });
    await person.pressTrain();
    await person.expectResult(300_000);
    expect(await person.accuracy()).toBeGreaterThan(0.85);
  });
  const name = await person.modelName();
  await test.step('kept across a reload', async () => {
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    await person.goTo('Pictures');
    expect(Object.values(await person.counts()).reduce((sum, count) => sum + count, 0)).toBe(269);
  });
  await test.step('exported', async () => {
    await person.goTo('My models');
    const download = page.waitForEvent('download');
    await person.main
      .getByRole('button', { name: /^Download/ })
      .first()
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Download', exact: true }).click();
    expect((await download).suggestedFilename()).toMatch(/\.zip$/);
  });
  await test.step('a second tab leaves the data set to the first', async () => {
    const second = new Person(await context.newPage());
    await second.open(address);
    await expect(second.notices).toContainText('another tab');
    await second.page.close();
  });
  await test.step('what does not work is said', async () => {
    await person.goTo('Use it');
    await person.main.getByRole('tab', { name: 'Camera' }).click();
    await person.main.getByRole('button', { name: 'Start the camera' }).click();
    await expect(person.main.getByRole('alert')).toContainText(
      'works only where Headstart is opened over https',
    );
    await person.goTo('Settings');
    await expect(person.main.getByRole('note')).toContainText('opening it without the network');
  });
  await host.close();
});
