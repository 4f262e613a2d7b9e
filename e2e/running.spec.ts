/** A run can be ended at any moment, and what was done is not done again. */
import { expect } from '@playwright/test';
import { test } from './pages/fixtures.ts';
import type { Person } from './pages/person.ts';

const LONG_RUN = { 'Rounds at most (epochs)': 1000 };

/** How many epochs are done, off the bar. */
async function epochsDone({ page }: Person): Promise<number> {
  const bar = page.getByRole('progressbar', { name: 'Rounds through all pictures (epochs)' });
  const [done = '0'] = ((await bar.getAttribute('aria-valuetext')) ?? '').split(' of ');
  return Number(done);
}

test('cancelled while it looks at the pictures, it remembers those it has seen', async ({
  person,
  page,
  smallSet,
}) => {
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  await person.goTo('Train');
  await person.setAdvanced({ 'Rounds at most (epochs)': 3 });
  await person.pressTrain();
  const bar = page.getByRole('progressbar', { name: 'Looking at the pictures' });
  await expect(bar).toHaveAttribute('aria-valuetext', /^([5-9]|1\d) of 24/, { timeout: 90_000 });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/^Cancelled\. The pictures it has already looked at/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();

  const known = await person.watchText(/\d+ known already/);
  await person.pressTrain();
  await person.expectResult();
  const [text = ''] = await known();
  expect(Number.parseInt(text, 10)).toBeGreaterThanOrEqual(5);
  expect(Number.parseInt(text, 10)).toBeLessThan(24);
});

test('it goes on while the person looks elsewhere and says when it is done; stopped early, it keeps the best so far', async ({
  trained,
}) => {
  const { page } = trained;
  await trained.goTo('Train');
  await trained.setAdvanced({ 'Rounds at most (epochs)': 30 }, false);
  await trained.pressTrain();
  await trained.goTo('Pictures');
  await expect(trained.notices).toContainText('is trained', { timeout: 90_000 });
  await trained.notices.getByRole('button', { name: 'Show the result' }).click();
  await expect(page.getByTestId('accuracy')).toBeVisible();

  await trained.goTo('Train');
  await trained.setAdvanced(LONG_RUN, false);
  await trained.pressTrain();
  const stop = page.getByRole('button', { name: 'Stop early and keep' });
  await expect(stop).toBeEnabled({ timeout: 90_000 });
  await expect.poll(() => epochsDone(trained)).toBeGreaterThan(2);
  await stop.click();
  await trained.expectResult();
  const epochs = page.getByRole('row', { name: /^Epochs \d+ done, best was \d+$/ });
  const [, done] = /(\d+) done/.exec(await epochs.innerText()) ?? [];
  expect(Number(done)).toBeGreaterThan(2);
  expect(Number(done)).toBeLessThan(1000);
  await trained.goTo('My models');
  await expect(page.getByRole('list', { name: 'Models' }).getByRole('heading')).toHaveCount(3);
});
