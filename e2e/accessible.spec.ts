/** For everyone: no view breaks a rule of WCAG 2 A or AA, by day or night, on a phone, and without a mouse. */
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { test } from './pages/fixtures.ts';
import { type Person, VIEW_NAMES } from './pages/person.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/** What is wrong on the page as it stands, one line an element. By night the same page has other colours, and no more. */
async function violations(
  page: Page,
  colorScheme: 'light' | 'dark',
  where: string,
): Promise<readonly string[]> {
  await expect(page.locator('iframe')).toHaveCount(0);
  // Without frames it need not put its answer together in a second page, nor tell of each element all that is right.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();
  const asked = colorScheme === 'light' ? axe.withTags(RULES) : axe.withRules('color-contrast');
  const { violations: found } = await asked.analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${where}: ${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}

async function inBothLights(page: Page, where: string): Promise<void> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    // Colours fade over, each from its parent's that has just arrived; what axe sees halfway is on no screen.
    await page.waitForFunction(
      () => !document.getAnimations().some((animation) => animation instanceof CSSTransition),
    );
    found.push(...(await violations(page, colorScheme, `${where}, ${colorScheme}`)));
  }
  expect(found).toEqual([]);
}

test('axe finds nothing in an app that has nothing yet', async ({ person, page }) => {
  for (const view of VIEW_NAMES) {
    await person.goTo(view);
    await inBothLights(page, view);
  }
  await person.goTo('Pictures');
  await page.getByRole('button', { name: 'Use the camera' }).click();
  await expect(page.getByRole('dialog', { name: 'Pictures from the camera' })).toBeVisible();
  await inBothLights(page, 'camera dialog');
});

test('axe finds nothing in an app that is full', async ({ trained, smallSet }) => {
  test.setTimeout(180_000);
  const { page } = trained;
  await expect(page.getByText('Ready to train')).toBeVisible();
  await page.getByRole('button', { name: /^noto_camel\.png/ }).click();
  await inBothLights(page, 'Pictures, one selected');

  await trained.goTo('Result');
  await expect(page.getByTestId('accuracy')).toBeVisible();
  await page.getByRole('switch', { name: 'Show the numbers as a table' }).click();
  await inBothLights(page, 'Result');

  await trained.goTo('My models');
  await expect(page.getByRole('list', { name: 'Models' })).toBeVisible();
  await inBothLights(page, 'My models');

  await trained.goTo('Runs');
  await trained.main.getByRole('checkbox', { name: /^Compare: / }).check();
  await expect(page.getByRole('table', { name: 'Settings and results' })).toBeVisible();
  await inBothLights(page, 'Runs, one chosen');

  await trained.goTo('Settings');
  await page.getByRole('button', { name: 'Test this computer' }).click();
  await expect(page.getByRole('table', { name: 'What was tested' })).toBeVisible({ timeout: 60_000 });
  await inBothLights(page, 'Settings');

  await trained.goTo('Use it');
  await trained.classify([join(smallSet, 'animals', 'noto_cat.png')]);
  await inBothLights(page, 'Use it');

  await trained.goTo('Train');
  await trained.choosePreset('finetune');
  await trained.unfold('Vary the pictures (augmentation)');
  await trained.unfold('Adapt the network too (fine-tuning)');
  await trained.setAdvanced({ 'Rounds at most (epochs)': 1000 }, false);
  await expect(page.getByTestId('first-accuracy')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('img', { name: /^Example 9 of / })).toBeVisible();
  await inBothLights(page, 'Train, all panels open');
  await trained.choosePreset('head');
  await trained.pressTrain();
  await expect(page.getByRole('figure', { name: /^Line chart of loss/ })).toBeVisible({ timeout: 60_000 });
  await inBothLights(page, 'Train, running');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/^Cancelled/)).toBeVisible();
  await inBothLights(page, 'Train, cancelled');
});

async function expectNoSidewaysScroll({ page }: Person, where: string): Promise<void> {
  const { inner, outer, widest } = await page.evaluate(() => {
    const root = document.documentElement;
    const beyond = [...document.querySelectorAll('main *')].find(
      (element) =>
        element.getBoundingClientRect().right > root.clientWidth + 1 && !element.closest('[tabindex="0"]'),
    );
    return { inner: root.scrollWidth, outer: root.clientWidth, widest: beyond?.outerHTML.slice(0, 150) };
  });
  expect(inner, `${where} is wider than the screen: ${widest}`).toBeLessThanOrEqual(outer);
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('no view scrolls sideways, empty or full', async ({ person, trained }) => {
    for (const someone of [person, trained]) {
      for (const view of VIEW_NAMES) {
        await someone.goTo(view);
        await expect(someone.main.getByRole('progressbar')).toHaveCount(view === 'Settings' ? 1 : 0);
        await expectNoSidewaysScroll(someone, view);
      }
    }
  });
});

/** Presses Tab until `name` has the focus. @throws if it is not reached */
async function tabTo(page: Page, role: string, name: string): Promise<void> {
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    const found = page.getByRole(role as 'button', { name, exact: true }).and(focused);
    if ((await found.count()) > 0) {
      await expect(found).toBeInViewport();
      return;
    }
  }
  throw new Error(`60 presses of Tab do not reach ${role} “${name}”`);
}

test('without a mouse: from the first page to a running training', async ({ person, page }) => {
  await test.step('the first Tab skips to the content', async () => {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Skip to content' })).toBeFocused();
    await expect(page.getByRole('button', { name: 'Skip to content' })).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(person.main).toBeFocused();
  });
  await tabTo(page, 'button', 'Try the sample set');
  await page.keyboard.press('Enter');
  await person.expectAdded(269);
  await test.step('through the pictures with the arrows', async () => {
    await tabTo(page, 'button', 'More for animals');
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus')).toHaveAttribute('aria-label', /\.png, /);
    const first = await page.locator(':focus').getAttribute('aria-label');
    await page.keyboard.press('ArrowRight');
    await expect(page.locator(':focus')).not.toHaveAttribute('aria-label', first ?? '');
    await page.keyboard.press('Space');
    await expect(page.getByRole('toolbar', { name: 'Selected pictures' })).toContainText('1 selected');
  });
  await tabTo(page, 'link', 'Train');
  await page.keyboard.press('Enter');
  await expect(person.main).toBeFocused();
  await tabTo(page, 'button', 'Train');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Steps of the training' })).toBeVisible();
  await tabTo(page, 'button', 'Cancel');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Cancelled/)).toBeVisible();
});
