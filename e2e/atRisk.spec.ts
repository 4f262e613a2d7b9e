/** What one press might cost while a training goes on, or after it: an hour's work, kept features. */
import { expect } from '@playwright/test';
import { keptCheckpoint, phaseCounts, shownModel } from './pages/kept.ts';
import { Person } from './pages/person.ts';
import { expectEpoch, setThorough, test } from './pages/tiny.ts';

/** Goes on for half a minute or more on any machine, unless it is stopped. */
const LONG_RUN = {
  'Size of the hidden layer (units)': 2048,
  'Pictures at a time (batch size)': 1,
  'Rounds at most (epochs)': 1000,
};
const AN_HOUR_MS = 3_600_000;

test('cancelled after more than a minute of learning, it can still be kept', async ({ tiny }) => {
  const { page } = tiny;
  await tiny.goTo('Train');
  await setThorough(tiny, { headEpochs: 2, fineTuneEpochs: 60, fineTuneRate: 0.0003 });
  await tiny.pressTrain();
  await expectEpoch(page, 4);
  // Nobody waits for the minute: the page's clock is put on.
  await page.evaluate((moreMs) => {
    const nowMs = performance.now.bind(performance);
    performance.now = () => nowMs() + moreMs;
  }, AN_HOUR_MS);
  await expect.poll(async () => (await keptCheckpoint(page))?.epoch).toBeGreaterThan(2);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(tiny.main.getByText(/^Cancelled\. What was learned is not lost/)).toBeVisible();
  const panel = page.getByRole('region', { name: 'You cancelled a training' });
  await panel.getByRole('button', { name: 'Keep what it has learned' }).click();
  await tiny.expectResult();
  const [head, fineTuned = 0] = phaseCounts(await shownModel(page));
  expect(head).toBe(2);
  expect(fineTuned).toBeGreaterThan(0);
  await expect.poll(() => keptCheckpoint(page)).toBeNull();
});

test('features are not deleted while a training works with them, here or in another tab', async ({
  tiny,
}) => {
  const { page } = tiny;
  await tiny.goTo('Train');
  await tiny.setAdvanced(LONG_RUN, false);
  await tiny.pressTrain();
  await expectEpoch(page, 3);
  const other = new Person(await page.context().newPage());
  await other.open(page.url());
  for (const person of [other, tiny]) {
    await person.page.bringToFront();
    await person.goTo('Settings');
    await person.main.getByRole('button', { name: 'Delete kept features' }).click();
    await expect(
      person.page.getByText(/^A training or a check is working with the kept features/),
    ).toBeVisible();
  }
  await tiny.goTo('Train');
  await tiny.main.getByRole('button', { name: /^Stop early and keep/ }).click();
  await tiny.expectResult();
  await tiny.goTo('Settings');
  await tiny.main.getByRole('button', { name: 'Delete kept features' }).click();
  await expect(tiny.page.getByText('Kept features deleted.')).toBeVisible();
});
