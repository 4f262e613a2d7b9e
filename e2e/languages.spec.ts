/** English and 简体中文: everything is said in the language that is on, and nothing is left to the program's keys. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { readVersion } from '../tools/version.ts';
import { test } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';

const WORDS = resolve(import.meta.dirname, '../src/i18n');
const NAMESPACES = readdirSync(join(WORDS, 'en')).map((file) => basename(file, '.json'));
/** A key that found no words shows itself. */
const BARE_KEY = new RegExp(`\\b(${NAMESPACES.join('|')})[.:][a-z]\\w*(\\.\\w+)*`);

/** What the views are called, by the files of words: each that has a name in the navigation belongs to one. */
async function viewNames(language: string): Promise<readonly string[]> {
  const files = await Promise.all(
    NAMESPACES.map(async (namespace) => {
      const text = await readFile(join(WORDS, language, `${namespace}.json`), 'utf8');
      return JSON.parse(text) as { readonly nav?: { readonly name?: string } };
    }),
  );
  return files.flatMap(({ nav }) => nav?.name ?? []);
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
    const links = page.getByRole('navigation').getByRole('link');
    const names = await viewNames(language);
    expect(names.length).toBeGreaterThanOrEqual(7);
    await expect(links).toHaveCount(names.length);
    for (const name of names) {
      const link = links.and(page.getByRole('link', { name, exact: true }));
      const view = (await link.getAttribute('href')) ?? '';
      await page.goto(`./${view}`);
      await expect(link).toHaveAttribute('aria-current', 'page');
      await expect(page).toHaveTitle(`${name} – Headstart`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      if (view === '#/train') await page.getByRole('main').getByRole('button').nth(1).click();
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

/** Every state of the navigation that was ever on the screen. */
type Painting = Window & { painted?: string[] };

test.describe('a browser set to Chinese', () => {
  test.use({ locale: 'zh-CN' });
  test('is greeted in Chinese, and in nothing else before', async ({ page }) => {
    await page.addInitScript(() => {
      const painted: string[] = [];
      Object.assign(window, { painted });
      new MutationObserver(() => {
        const words = document.querySelector('nav')?.innerText ?? '';
        if (words !== '' && painted.at(-1) !== words) painted.push(words);
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
    await page.goto('./');
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await expect(page.getByRole('heading', { level: 1, name: '图片' })).toBeVisible();
    const painted = await page.evaluate(() => (window as Painting).painted ?? []);
    expect(painted).toHaveLength(1);
    expect(painted[0]).toContain('训练');
  });
});

test('the other language is there without the network', async ({ person, page, context }) => {
  await person.waitUntilOfflineReady();
  await page.reload();
  await context.setOffline(true);
  const select = page.getByRole('banner').getByRole('combobox');
  await select.selectOption({ label: '简体中文' });
  await expect(page.getByRole('heading', { level: 1, name: '图片' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: '图片' })).toBeVisible();
  await select.selectOption({ label: 'English' });
  await expect(page.getByRole('heading', { level: 1, name: 'Pictures' })).toBeVisible();
});

test.describe('when the words of the other language do not come', () => {
  // The offline cache would have them.
  test.use({ serviceWorkers: 'block' });

  test('the old language stays, a message says so, and the next try may do', async ({ page }) => {
    const person = new Person(page);
    const words = /\/assets\/zh-CN-[\w-]+\.js$/;
    await page.route(words, (route) => route.abort());
    await person.open();
    const select = page.getByRole('banner').getByRole('combobox');
    await select.selectOption({ label: '简体中文' });
    await expect(person.notices).toContainText('简体中文 could not be loaded');
    await expect(select).toHaveValue('en');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page.getByRole('heading', { level: 1, name: 'Pictures' })).toBeVisible();
    await page.unroute(words);
    await select.selectOption({ label: '简体中文' });
    await expect(page.getByRole('heading', { level: 1, name: '图片' })).toBeVisible();
    await expect(select).toHaveValue('zh-CN');
  });

  test('a browser set to Chinese starts in English, and in Chinese as soon as it can', async ({ page }) => {
    const person = new Person(page);
    await page.addInitScript(() =>
      localStorage.setItem('headstart.preferences', JSON.stringify({ language: 'zh-CN' })),
    );
    const words = /\/assets\/zh-CN-[\w-]+\.js$/;
    await page.route(words, (route) => route.abort());
    await person.open();
    await expect(page.getByRole('heading', { level: 1, name: 'Pictures' })).toBeVisible();
    await expect(person.notices).toContainText('简体中文 could not be loaded');
    await page.unroute(words);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: '图片' })).toBeVisible();
  });
});
