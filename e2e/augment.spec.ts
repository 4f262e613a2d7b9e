/** Before a training: pictures are varied before one's eyes, a first answer comes at once, and a learning rate is proposed. */
import { expect, type Locator, type Page } from '@playwright/test';
import { test } from './pages/tiny.ts';

/** What the nine examples show, as long as they stand still. */
async function shownExamples(page: Page): Promise<readonly string[]> {
  const group = page.getByRole('group', { name: 'Nine examples of one picture' });
  await expect(group).toHaveAttribute('aria-busy', 'false');
  return group
    .getByRole('img', { name: /^Example \d of .+, varied$/ })
    .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
}

async function expectOthers(page: Page, before: readonly string[]): Promise<readonly string[]> {
  const unchanged = async () => {
    const now = await shownExamples(page);
    return now.filter((picture, index) => picture === before[index]).length;
  };
  await expect.poll(unchanged).toBeLessThan(before.length / 2);
  return shownExamples(page);
}

/** To the right end of a slider, as a keyboard does it. */
async function pushToEnd(slider: Locator): Promise<void> {
  await slider.focus();
  await slider.press('End');
}

test('pictures vary before one’s eyes', async ({ tiny }) => {
  const { page, main } = tiny;
  await tiny.goTo('Train');
  await tiny.setAugmentation(true);
  const examples = page.getByRole('group', { name: 'Nine examples of one picture' });
  await expect(examples.getByRole('img', { name: /^Example \d of .+, varied$/ })).toHaveCount(9);
  await expect.poll(async () => new Set(await shownExamples(page)).size).toBe(9);
  let shown = await shownExamples(page);

  await test.step('a slider changes them', async () => {
    const rotation = main.getByRole('slider', { name: 'Turn (rotation)' });
    await expect(rotation).toHaveAttribute('aria-valuetext', 'up to 10°');
    await pushToEnd(rotation);
    await expect(rotation).toHaveAttribute('aria-valuetext', 'up to 180°');
    shown = await expectOthers(page, shown);
  });
  await test.step('so does another picture', async () => {
    await main.getByRole('button', { name: 'Show another picture' }).click();
    shown = await expectOthers(page, shown);
  });
  await test.step('strengths that are ready-made', async () => {
    const presets = main.getByRole('group', { name: 'Ready-made strengths' });
    const strong = presets.getByRole('button', { name: 'Strong' });
    await expect(strong).toHaveAttribute('aria-pressed', 'false');
    await strong.click();
    await expect(strong).toHaveAttribute('aria-pressed', 'true');
    await expectOthers(page, shown);
    await presets.getByRole('button', { name: 'Off' }).click();
    await expect(
      main.getByRole('switch', { name: 'Vary the pictures while learning (augmentation)' }),
    ).not.toBeChecked();
    await expect(examples).toBeHidden();
  });
});

test('a first answer before training, and a learning rate that was tried', async ({ tiny }) => {
  const { page, main } = tiny;
  await tiny.goTo('Train');
  const panel = main.getByRole('region', { name: 'First answer' });
  await panel.getByRole('button', { name: 'Look at the pictures now' }).click();
  await expect(panel.getByTestId('first-accuracy')).toHaveText(/^\d+(\.\d)?%$/, { timeout: 60_000 });
  await expect(panel.getByText(/more photos will|more photos would|photos will help/i)).toBeVisible();
  await expect(panel.getByRole('figure', { name: /^Line chart of accuracy against/ })).toBeVisible();

  await tiny.unfold('Advanced');
  await main.getByRole('button', { name: 'Find a good learning rate' }).click();
  const use = main.getByRole('button', { name: /^Use 0\.\d+$/ });
  await expect(use).toBeVisible({ timeout: 60_000 });
  await expect(main.getByRole('figure', { name: /^Line chart of the loss at learning rates/ })).toBeVisible();
  const rate = (await use.innerText()).replace('Use ', '');
  await use.click();
  await expect(main.getByLabel('Speed of learning (learning rate)')).toHaveValue(rate);
  await expect(main.getByText(`The learning rate is set to ${rate}.`)).toBeVisible();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Use');
});
