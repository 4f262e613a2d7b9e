/** What people added is not lost, half stored or silently changed: crashes, full disks, undo in between, other tabs. */
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { openProfile, test } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';
import { readSamples, readSmallSet, writeFiles } from './pages/pictures.ts';
import { boundRoom, noticeLackOfRoom } from './pages/room.ts';

const MANY = 90;

/** What the record lists, and the names of those that have no bytes or no thumbnail. */
function look(page: Page): Promise<{ readonly listed: number; readonly without: readonly string[] }> {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('headstart');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const stores = opening.result.transaction(['dataset', 'pictures', 'thumbnails']);
          const kept = stores.objectStore('dataset').get('current');
          const bytes = stores.objectStore('pictures').getAllKeys();
          const small = stores.objectStore('thumbnails').getAllKeys();
          stores.oncomplete = () => {
            opening.result.close();
            const pictures: readonly { hash: string; name: string }[] = kept.result?.pictures ?? [];
            const without = pictures.filter(
              ({ hash }) => !bytes.result.includes(hash) || !small.result.includes(hash),
            );
            resolve({ listed: pictures.length, without: without.map(({ name }) => name) });
          };
        };
      }),
  );
}

/** Takes bytes away behind the app's back, as earlier versions could leave them. */
function loseBytes(page: Page, count: number): Promise<void> {
  return page.evaluate(
    (most) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('headstart');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const stores = opening.result.transaction(['dataset', 'pictures', 'thumbnails'], 'readwrite');
          const asking = stores.objectStore('dataset').get('current');
          asking.onsuccess = () => {
            for (const { hash } of asking.result.pictures.slice(0, most)) {
              stores.objectStore('pictures').delete(hash);
              stores.objectStore('thumbnails').delete(hash);
            }
          };
          stores.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    count,
  );
}

/** Below `folder`: enough pictures that something can happen before all are read. */
async function writeMany(folder: string): Promise<string> {
  // Not those of the small set.
  const files = Object.entries(await readSamples()).filter(([path]) => !path.includes('/noto_'));
  await writeFiles(join(folder, 'many'), Object.fromEntries(files.slice(0, MANY)));
  return join(folder, 'many');
}

const pictureCount = (page: Page) => page.locator('button[data-picture-id]').count();
const usageOf = (page: Page) => page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
const undoButton = (person: Person) => person.main.getByRole('button', { name: 'Undo', exact: true });
const total = async (person: Person) =>
  Object.values(await person.counts()).reduce((sum, count) => sum + count, 0);

test('a tab that dies while pictures are added leaves none without its file', async ({
  folder,
  launchOptions,
  baseURL,
  guard,
}) => {
  test.setTimeout(240_000);
  const many = await writeMany(folder);
  const context = await openProfile(join(folder, 'profile'), launchOptions, baseURL);
  guard.watch(context);
  for (const afterMs of [150, 900]) {
    const person = new Person(await context.newPage());
    await person.open();
    await person.addFolder(many);
    await expect.poll(() => pictureCount(person.page)).toBeGreaterThan(0);
    await person.page.waitForTimeout(afterMs);
    const crash = new Promise((resolve) => person.page.once('crash', resolve));
    const session = await context.newCDPSession(person.page);
    // The page dies over it and cannot answer.
    void session.send('Page.crash').catch(() => undefined);
    await crash;
    await person.page.close();

    const next = new Person(await context.newPage());
    await next.open();
    const { listed, without } = await look(next.page);
    console.log(
      `    killed ${afterMs} ms after the first picture: ${listed} listed, ${without.length} without`,
    );
    expect(without).toEqual([]);
    await expect(next.page.getByText(/^The files? of \d+ pictures? (is|are) missing$/)).toHaveCount(0);
    await expect(next.notices).toContainText('Last time this page ended before all that was added');
    await next.page.close();
  }
  const person = new Person(await context.newPage());
  await person.open();
  await person.addFolder(many);
  await expect(person.notices).toContainText(/added|already in their class/, { timeout: 60_000 });
  expect(await total(person)).toBe(MANY);
  await expect.poll(() => look(person.page)).toEqual({ listed: MANY, without: [] });
  await context.close();
});

test('pictures whose files are missing are named, and whole again with the same folder', async ({
  person,
  page,
  smallSet,
}) => {
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  await expect.poll(() => look(page)).toEqual({ listed: 24, without: [] });
  await loseBytes(page, 5);
  await page.reload();
  await expect(page.getByText('The files of 5 pictures are missing')).toBeVisible();
  await expect(page.getByText(/^(animals|buildings|faces): \d( · |$)/)).toBeVisible();
  const tiles = page.getByRole('button', { name: /file missing$/ });
  await expect(tiles).toHaveCount(5);
  const name = /^noto_camel\.png, /;
  await expect(page.getByRole('button', { name }).locator('img')).toHaveCount(0);

  await person.addFolder(smallSet);
  await expect(person.notices).toContainText('5 pictures whose files were missing are whole again.');
  await expect(page.getByText('The files of 5 pictures are missing')).toHaveCount(0);
  await expect(tiles).toHaveCount(0);
  await expect(page.getByRole('button', { name }).locator('img')).toHaveCount(1);
  expect(await person.counts()).toEqual({ animals: 8, buildings: 8, faces: 8 });
  await expect.poll(() => look(page)).toEqual({ listed: 24, without: [] });
});

test('where there is no room it says what is not kept, and saves it once there is', async ({
  page,
  baseURL,
  smallSet,
  folder,
  guard,
}) => {
  const roomBytes = 30e6;
  const setQuota = await boundRoom(page, new URL(baseURL ?? '').origin);
  await setQuota(roomBytes);
  const person = new Person(page);
  await person.open();
  const many = await writeMany(folder);
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  await expect.poll(() => look(page)).toEqual({ listed: 24, without: [] });
  await setQuota((await usageOf(page)) + 300_000);
  await noticeLackOfRoom(page, 1.2 * roomBytes);
  await person.addFolder(many);
  await person.expectAdded(MANY);
  const words = person.main.getByText(/\d+ pictures are only in this tab and will be gone/);
  await expect(words).toBeVisible();

  await test.step('what is stored is listed, and the rest is what the words say', async () => {
    await expect
      .poll(async () => {
        const { listed, without } = await look(page);
        const said = Number(/(\d+) pictures? (is|are) only/.exec(await words.innerText())?.[1]);
        return [listed + said, without.length];
      })
      .toEqual([24 + MANY, 0]);
    await person.main.getByRole('button', { name: 'Try to save now' }).click();
    await expect(words).toBeVisible();
  });

  await test.step('a reload asks first', async () => {
    const asked = page.waitForEvent('dialog');
    await page.evaluate(() => location.reload());
    expect((await asked).type()).toBe('beforeunload');
    await expect(words).toBeVisible();
    expect(guard.takeProblems()).toEqual(['dialog beforeunload: ']);
  });

  await test.step('with room the same tab saves by itself', async () => {
    await setQuota(null);
    await expect(person.notices).toContainText('Everything is saved again.', { timeout: 30_000 });
    await expect(words).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await total(person)).toBe(24 + MANY);
    expect(await look(page)).toEqual({ listed: 24 + MANY, without: [] });
  });
});

test('undo in the middle of reading stops it, and redo reads on', async ({ person, page, folder }) => {
  const many = await writeMany(folder);
  await person.addFolder(many);
  await expect(undoButton(person)).toBeEnabled();
  await undoButton(person).click();
  await expect(person.notices).toContainText('Reading has stopped; “Redo” goes on with it.');
  await expect(page.getByRole('progressbar', { name: 'Reading files' })).toHaveCount(0);
  await expect(page.getByText('Drop your pictures here')).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await expect(person.notices).toContainText('The rest is being read now.');
  await person.expectAdded(MANY);
  expect(await total(person)).toBe(MANY);
});

test('the sample set, cancelled or taken back, leaves the division of one’s own pictures', async ({
  person,
  page,
  smallSet,
}) => {
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  const tiles = () =>
    page
      .getByRole('button', { name: /^noto_\w+\.png, / })
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
  const before = await tiles();
  const pattern = page.getByLabel('Keep groups together (advanced)');
  await page.getByRole('button', { name: 'Try the sample set' }).click();
  await expect.poll(() => total(person), { intervals: [50] }).toBeGreaterThan(24);
  const cancel = person.main.getByRole('button', { name: 'Cancel' });
  await cancel.click();
  await expect(page.getByRole('progressbar', { name: 'Reading files' })).toHaveCount(0);
  await expect(pattern).toHaveValue('');
  await undoButton(person).click();
  expect(await person.counts()).toEqual({ animals: 8, buildings: 8, faces: 8 });
  expect(await tiles()).toEqual(before);
  await expect(undoButton(person)).toBeEnabled();
});

test('a class renamed to the name of another: it is said before and after that they become one', async ({
  person,
  page,
  smallSet,
}) => {
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  await page.getByRole('button', { name: 'faces – rename' }).click();
  const field = page.getByRole('textbox', { name: 'Name of the class' });
  await field.fill('animals');
  await expect(
    page.getByText('There is a class of this name already: the two will become one.'),
  ).toBeVisible();
  await page.keyboard.press('Enter');
  const words = 'There was a class “animals” already, so “faces” with its 8 pictures was merged into it.';
  await expect(person.notices).toContainText(words);
  expect(await person.counts()).toEqual({ animals: 16, buildings: 8 });
  await person.notices.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => person.counts()).toEqual({ animals: 8, buildings: 8, faces: 8 });
});

test('a second tab takes the pictures over with all that both have, and gives them back when it is closed', async ({
  person,
  page,
  smallSet,
  folder,
}) => {
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  const second = new Person(await page.context().newPage());
  await second.open();
  await expect(second.main).toContainText('Headstart is open in another tab');
  await writeFiles(join(folder, 'second'), await readSmallSet(8, 2));
  await second.addFolder(join(folder, 'second'));
  await second.expectAdded(6);
  // Meanwhile the first goes on, unseen by the second.
  await writeFiles(join(folder, 'first'), await readSmallSet(10, 1));
  await page.bringToFront();
  await person.addFolder(join(folder, 'first'));
  await person.expectAdded(3);

  await second.page.bringToFront();
  await second.main.getByRole('button', { name: 'Keep the pictures in this tab' }).click();
  await expect(second.notices).toContainText('This tab keeps the pictures now.');
  await expect.poll(() => second.counts()).toEqual({ animals: 11, buildings: 11, faces: 11 });
  await expect(person.notices).toContainText('Another tab keeps the pictures now.');
  await expect.poll(() => look(page)).toEqual({ listed: 33, without: [] });

  await test.step('the first, which keeps nothing now, takes them back when the second is closed', async () => {
    await writeFiles(join(folder, 'later'), await readSmallSet(11, 1));
    await page.bringToFront();
    await person.addFolder(join(folder, 'later'));
    await person.expectAdded(3);
    await second.page.close();
    await expect(person.notices).toContainText('The other tab was closed. This tab keeps the pictures now.');
    await expect.poll(() => person.counts()).toEqual({ animals: 12, buildings: 12, faces: 12 });
    await expect.poll(() => look(page)).toEqual({ listed: 36, without: [] });
    await page.reload();
    await expect.poll(() => person.counts()).toEqual({ animals: 12, buildings: 12, faces: 12 });
  });
});
