/** English and 简体中文: everything is said in the language that is on, and nothing is left to the program's keys. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { readVersion } from '../tools/version.ts';
import { test } from './pages/fixtures.ts';

const VIEWS = ['pictures', 'train', 'result', 'classify', 'models', 'runs', 'settings'] as const;
/** A key that found no words shows itself. */
const BARE_KEY =
  /\b(dataset|train|evaluate|classify|models|errors|settings|app|runs|tune|augment|answer)[.:][a-z]\w*(\.\w+)*/;

interface ShellWords {
  readonly nav: Readonly<Record<(typeof VIEWS)[number], string>>;
}

async function shellWords(language: string): Promise<ShellWords> {
  const file = resolve(import.meta.dirname, `../src/i18n/${language}/app.json`);
  return JSON.parse(await readFile(file, 'utf8')) as ShellWords;
}

/** Everything a person can read on the page, the names for screen readers included. */
async function wordsOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const named = [...document.querySelectorAll('[aria-label],[title],[placeholder]')].flatMap((element) =>
      ['aria-label', 'title', 'placeholder'].map((name) => element.getAttribute(name) ?? ''),
    );
    return [document.title, document.body.innerText, ...named].join('\n');
  });
}

for (const [language, label] of [
  ['zh-CN', '简体中文'],
  ['en', 'English'],
] as const) {
  test(`every view in ${label}`, async ({ trained }) => {
    const { page } = trained;
    const select = page.getByRole('banner').getByRole('combobox');
    // There and back, so that the switch itself is tried in both directions.
    await select.selectOption({ label: '简体中文' });
    await select.selectOption({ label });
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    const { nav } = await shellWords(language);
    for (const view of VIEWS) {
      await page.goto(`./#/${view}`);
      const link = page.getByRole('navigation').getByRole('link', { name: nav[view], exact: true });
      await expect(link).toHaveAttribute('aria-current', 'page');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      if (view === 'train') await page.getByRole('main').getByRole('button').nth(1).click();
      const words = await wordsOf(page);
      expect(words.match(BARE_KEY)?.[0] ?? '', `bare key on ${view}`).toBe('');
      expect(words).not.toContain('{{');
      if (language === 'zh-CN') {
        const heading = await page.getByRole('main').innerText();
        expect(heading.match(/\p{Script=Han}/gu)?.length ?? 0, `Chinese on ${view}`).toBeGreaterThan(20);
      }
    }
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
  });
}

test('the settings say which Headstart this is, in both languages', async ({ person }) => {
  const { page } = person;
  await person.goTo('Settings');
  const version = readVersion().replaceAll('.', '\\.');
  const commit = '[0-9a-f]{7,40}(-dirty)?';
  const thanks = (title: string) => person.main.getByRole('region', { name: title, exact: true });
  await expect(
    thanks('Thanks').getByText(new RegExp(`^Headstart ${version}( \\(${commit}\\))?$`)),
  ).toBeVisible();
  await page.getByRole('banner').getByRole('combobox').selectOption({ label: '简体中文' });
  await expect(thanks('致谢').getByText(new RegExp(`^Headstart ${version}(（${commit}）)?$`))).toBeVisible();
});

test.describe('a browser set to Chinese', () => {
  test.use({ locale: 'zh-CN' });
  test('is greeted in Chinese', async ({ page }) => {
    await page.goto('./');
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await expect(page.getByRole('heading', { level: 1, name: '图片' })).toBeVisible();
  });
});
