/** The camera as a source of pictures and as something to classify live; and a computer that has none. */
import { chromium, expect } from '@playwright/test';
import { CHROMIUM_FLAGS } from '../tools/chromium.ts';
import { test } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';

test('holding the button records pictures into a class', async ({ person, page }) => {
  await page.getByRole('button', { name: 'Use the camera' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pictures from the camera' });
  const hold = dialog.getByRole('button', { name: /^(Hold to record|Recording …)$/ });
  await expect(hold).toBeDisabled();
  await dialog.getByRole('combobox', { name: 'Class' }).fill('beeping pie');
  await expect(hold).toBeEnabled();

  const shots = dialog.getByText(/^\d+ pictures?$/);
  const counted = async () => Number.parseInt(await shots.innerText(), 10);
  await test.step('with the mouse', async () => {
    await hold.hover();
    await page.mouse.down();
    await expect(dialog.getByRole('button', { name: 'Recording …' })).toBeVisible();
    await expect.poll(counted).toBeGreaterThanOrEqual(5);
    await page.mouse.up();
    await expect(dialog.getByRole('button', { name: 'Hold to record' })).toBeVisible();
  });
  await test.step('with the space bar', async () => {
    const before = await counted();
    await hold.focus();
    await page.keyboard.down('Space');
    await page.waitForTimeout(900);
    await page.keyboard.up('Space');
    await expect.poll(counted).toBeGreaterThan(before + 2);
  });
  const taken = await counted();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  // The fake camera may show one picture twice; what is the same is taken once.
  await expect.poll(async () => (await person.counts())['beeping pie']).toBeGreaterThanOrEqual(5);
  expect((await person.counts())['beeping pie']).toBeLessThanOrEqual(taken);

  await test.step('all pictures of one hold lie in one split', async () => {
    const tiles = page.getByRole('button', { name: /^webcam .*\.jpg, / });
    const labels = await tiles.evaluateAll((found) =>
      found.map((tile) => tile.getAttribute('aria-label') ?? ''),
    );
    const splitsOfBursts = new Map<string, Set<string>>();
    for (const label of labels) {
      const [, burst = '', split = ''] = /^webcam (\S+) \d+\.jpg, (\w+)/.exec(label) ?? [];
      splitsOfBursts.set(burst, (splitsOfBursts.get(burst) ?? new Set()).add(split));
    }
    expect(splitsOfBursts.size).toBeGreaterThan(0);
    for (const splits of splitsOfBursts.values()) expect(splits.size).toBe(1);
  });
});

test('what the camera sees is classified live, with frames a second', async ({ trained }) => {
  const { page } = trained;
  await trained.goTo('Use it');
  await trained.chooseClassifier(trained.modelName);
  await page.getByRole('tab', { name: 'Camera' }).click();
  await page.getByRole('button', { name: 'Start the camera' }).click();
  // Classes that the smoothed answer gives next to nothing are not shown, so one bar at least.
  const likeliest = page.getByRole('list', { name: 'Most likely classes' }).getByRole('listitem').first();
  await expect(likeliest).toContainText(/(animals|buildings|faces)\s*[\d.]+%/, { timeout: 60_000 });
  await expect(page.getByText(/\d frames per second$/)).toBeVisible();
  const video = page.getByLabel('What the camera sees');
  expect(await video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Stop the camera' }).click();
  await expect(video).toHaveCount(0);
});

test('without a camera the app says so, and what to do', async ({ baseURL, guard }) => {
  // No fake device, and nobody who answers the browser's question.
  const executablePath = chromium.executablePath();
  const browser = await chromium.launch({
    executablePath: test.info().project.use.launchOptions?.executablePath ?? executablePath,
    args: [...CHROMIUM_FLAGS],
  });
  const context = await browser.newContext({ locale: 'en-US', ...(baseURL ? { baseURL } : {}) });
  guard.watch(context);
  const person = new Person(await context.newPage());
  await person.open();
  const { page } = person;
  await page.getByRole('button', { name: 'Use the camera' }).click();
  const message = page.getByRole('alert').filter({ hasText: 'No camera can be used.' });
  await expect(message).toContainText('Connect a camera');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await person.goTo('Use it');
  await page.getByRole('tab', { name: 'Camera' }).click();
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await expect(message).toContainText('allow this page to use it');
  await browser.close();
});
