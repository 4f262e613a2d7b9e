/** A training survives whatever ends its tab: it is offered again, goes on where it was, and is nobody else's. */
import { expect, type Page } from '@playwright/test';
import { shownModel } from './pages/kept.ts';
import { Person } from './pages/person.ts';
import { chooseBackend, test } from './pages/tiny.ts';

/** So many that a run lasts long enough to be interrupted on any machine. */
const LONG_RUN = { 'Rounds at most (epochs)': 1000 };
/** The same with the tiny network, which has few features to learn from. */
const LONG_TINY_RUN = {
  ...LONG_RUN,
  'Size of the hidden layer (units)': 2048,
  'Pictures at a time (batch size)': 1,
};

const panelOf = (page: Page) => page.getByRole('region', { name: 'A training was interrupted' });

async function epochsDone(page: Page): Promise<number> {
  const bar = page.getByRole('progressbar', { name: 'Rounds through all pictures (epochs)' });
  const [done = '0'] = ((await bar.getAttribute('aria-valuetext')) ?? '').split(' of ');
  return Number(done);
}

/** Epoch of the checkpoint, as a page of the app reads it; null while there is none. */
function keptEpoch(page: Page): Promise<number | null> {
  return page.evaluate(
    () =>
      new Promise<number | null>((resolve, reject) => {
        const opening = indexedDB.open('headstart');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const asking = database.transaction('checkpoint').objectStore('checkpoint').get('current');
          asking.onerror = () => reject(asking.error);
          asking.onsuccess = () => {
            database.close();
            resolve(asking.result?.snapshot.epoch ?? null);
          };
        };
      }),
  );
}

/** Trains until something was kept on the way. */
async function trainUntilKept(person: Person, run: Readonly<Record<string, number>>): Promise<void> {
  await person.goTo('Train');
  await person.setAdvanced(run, false);
  await person.pressTrain();
  await expect.poll(() => keptEpoch(person.page), { timeout: 90_000 }).not.toBeNull();
}

/** The train view of the same app in one more tab. */
async function openBeside({ page }: Person): Promise<Person> {
  const person = new Person(await page.context().newPage());
  await person.open(new URL('#/train', page.url()).href);
  return person;
}

/** Like a crash: the tab goes without a question, and a new one is opened. */
async function crash({ page }: Person): Promise<Person> {
  const person = new Person(await page.context().newPage());
  const address = new URL('#/train', page.url()).href;
  await page.close();
  await person.open(address);
  return person;
}

test('only once its tab has ended it is offered to another, goes on where it was, and ends in a result', async ({
  tiny,
}) => {
  await trainUntilKept(tiny, LONG_TINY_RUN);
  const person = await openBeside(tiny);
  const { page } = person;
  const panel = panelOf(page);
  await test.step('not while it goes on', async () => {
    await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible();
    // Longer than the second tab needs to look.
    await page.waitForTimeout(2000);
    await expect(panel).toBeHidden();
  });
  // Like a crash: the tab goes without a question.
  await tiny.page.close();
  await expect(panel).toContainText(/got as far as epoch \d+ of 1,?000/);
  const [, reached] = /epoch (\d+) of/.exec(await panel.innerText()) ?? [];
  await panel.getByRole('button', { name: 'Go on' }).click();
  const stop = page.getByRole('button', { name: 'Stop early and keep' });
  await expect(stop).toBeEnabled({ timeout: 90_000 });
  await expect.poll(() => epochsDone(page)).toBeGreaterThan(Number(reached));
  await stop.click();
  await person.expectResult();
  const epochs = page.getByRole('row', { name: /^Epochs \d+ done, best was \d+$/ });
  const [, done] = /(\d+) done/.exec(await epochs.innerText()) ?? [];
  expect(Number(done)).toBeGreaterThan(Number(reached));
  expect(await keptEpoch(page)).toBeNull();
  await person.goTo('Train');
  await expect(page.getByRole('button', { name: 'Train again' })).toBeVisible();
  await expect(panel).toBeHidden();
});

test('begun in 8-bit integers it goes on in them, and where that cannot be, in float32 by its name', async ({
  trained,
}) => {
  // Several lives of an app one after the other, on a machine that may be busy.
  test.slow();
  /** @returns the arithmetic that the model is said to be of */
  const goOnAndStop = async (person: Person) => {
    await person.goTo('Train');
    await panelOf(person.page).getByRole('button', { name: 'Go on' }).click();
    const stop = person.page.getByRole('button', { name: 'Stop early and keep' });
    await expect(stop).toBeEnabled({ timeout: 90_000 });
    await stop.click();
    await person.expectResult();
    return (await shownModel(person.page)).arithmetic;
  };
  await trainUntilKept(trained, LONG_RUN);
  const person = await crash(trained);
  expect(await goOnAndStop(person)).toBe('int8');

  await trainUntilKept(person, LONG_RUN);
  const last = await crash(person);
  // TensorFlow.js computes in float32 only; what it was to learn from is not there any more.
  await chooseBackend(last, 'wasm');
  await last.main.getByRole('button', { name: 'Delete kept features' }).click();
  await expect(last.page.getByText('Kept features deleted.')).toBeVisible();
  expect(await goOnAndStop(last)).toBe('float32');
});

test('cancelled by the person it leaves nothing, and thrown away after a crash neither, unless that is undone', async ({
  tiny,
}) => {
  await test.step('cancelled', async () => {
    const { page } = tiny;
    await trainUntilKept(tiny, LONG_TINY_RUN);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText(/^Cancelled\. What was being learned is thrown away/)).toBeVisible();
    expect(await keptEpoch(page)).toBeNull();
    await expect(panelOf(page)).toBeHidden();
    await tiny.goTo('My models');
    await expect(page.getByText('There is no model yet.')).toBeVisible();
  });

  await test.step('thrown away', async () => {
    await trainUntilKept(tiny, LONG_TINY_RUN);
    const { page, notices } = await crash(tiny);
    const panel = panelOf(page);
    await panel.getByRole('button', { name: 'Throw away' }).click();
    await expect(panel).toBeHidden();
    await notices.getByRole('button', { name: 'Undo' }).click();
    await expect(panel).toBeVisible();
    await panel.getByRole('button', { name: 'Throw away' }).click();
    await expect(panel).toBeHidden();
    await page.reload();
    await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
    await expect(panel).toBeHidden();
  });
});
