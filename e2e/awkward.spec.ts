/** A folder as bad as folders get: everything readable is kept, everything else named, and nothing in it can do harm. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Page } from '@playwright/test';
import { HOSTILE_CLASS } from '../src/testing/fixtures/awkward.ts';
import { AWKWARD_FOLDERS } from './pages/awkwardFolder.ts';
import { test } from './pages/fixtures.ts';
import type { Guard } from './pages/guard.ts';
import type { Person } from './pages/person.ts';
import { bytesAt, type Files, readSmallSet, toHugePng, writeFiles } from './pages/pictures.ts';

const HOSTILE_NAME = 'dogs & <b>wolves<b> <img src=x onerror=alert(1)>';
const GIGABYTE = 1e9;

async function awkwardFiles(): Promise<Files> {
  const small = await readSmallSet();
  const png = (name: string) => bytesAt(small, `animals/noto_${name}.png`);
  const script = '<script>alert(2)</script><rect width="9" height="9" onload="alert(3)"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50" onload="alert(4)">${script}<circle cx="25" cy="25" r="20" fill="navy"/></svg>`;
  return {
    'cats/one.png': png('camel'),
    'cats/two.png': png('cat'),
    'cats/three.png': png('crocodile'),
    'cats/same.png': png('dog'),
    'cats/.DS_Store': Buffer.from('Bud1'),
    [`${HOSTILE_NAME}/same elsewhere.png`]: png('dog'),
    [`${HOSTILE_NAME}/named wrong.jpg`]: png('duck'),
    [`${HOSTILE_NAME}/drawn.svg`]: Buffer.from(svg),
    [`${HOSTILE_NAME}/text.jpg`]: Buffer.from('This is no picture, whatever its name says.'),
    [`${HOSTILE_NAME}/empty.jpg`]: new Uint8Array(),
    [`${HOSTILE_NAME}/cut off.png`]: png('elephant').subarray(0, 40),
    [`${HOSTILE_NAME}/bomb.png`]: toHugePng(60_000),
    [`${HOSTILE_NAME}/Thumbs.db`]: Buffer.from('x'),
    '空/three.png': png('ewe'),
  };
}

/** The most memory that any process of the browser has ever held, bytes. Linux only. */
async function peakMemoryBytes(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const peaks = processInfo.map(async ({ id }) => {
    const status = await readFile(`/proc/${id}/status`, 'utf8');
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN);
  });
  return Math.max(...(await Promise.all(peaks)));
}

/** File's name to the reason for which it was left out. */
async function leftOut({ page }: Person): Promise<Record<string, string>> {
  const toggle = page.getByRole('button', { name: /^Files left out/ });
  if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
  const list = page.getByRole('list', { name: 'Files left out' });
  // It unfolds; until it has begun to, there is no line to read.
  await expect(list).toBeVisible();
  const lines = await list.getByRole('listitem').all();
  const found: Record<string, string> = {};
  for (const line of lines) {
    const [path = '', reason = ''] = await line.locator('span').allInnerTexts();
    found[path.split('/').at(-1) ?? ''] = reason;
  }
  return found;
}

async function expectNoError(page: Page): Promise<void> {
  await expect(page.getByRole('alert').filter({ hasText: 'Technical details' })).toHaveCount(0);
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

function expectNoHarm(guard: Guard): void {
  // Chromium names the handlers of an SVG even where it is only parsed and none could run.
  const problems = guard.takeProblems();
  expect(problems.filter((problem) => !problem.startsWith('Executing inline event handler'))).toEqual([]);
}

async function expectModestMemory(browser: Browser): Promise<void> {
  if (process.platform !== 'linux') return;
  const peak = await peakMemoryBytes(browser);
  console.log(`    highest memory of a browser process: ${Math.round(peak / 1e6)} MB`);
  expect(peak).toBeLessThan(GIGABYTE);
}

test('awkward files with names that are worse', async ({ person, page, browser, folder, guard }) => {
  await writeFiles(join(folder, 'awkward'), await awkwardFiles());
  await person.addFolder(join(folder, 'awkward'));
  await person.expectAdded(8);
  expect(await person.counts()).toEqual({ cats: 4, [HOSTILE_NAME]: 3, 空: 1 });
  expect(await leftOut(person)).toEqual({
    'text.jpg': 'This is not a picture.',
    'empty.jpg': 'The file is empty.',
    'cut off.png': 'The picture is broken or cut off.',
    'bomb.png': 'The picture has too many pixels to be opened safely.',
  });
  await expectNoError(page);

  await test.step('HTML in a name is text', async () => {
    await expect(page.getByRole('heading', { name: HOSTILE_NAME })).toBeVisible();
    await expect(page.locator('b, img[src="x"], script:not([src])')).toHaveCount(0);
  });

  await test.step('the same picture in two classes is pointed out, and one of them can go', async () => {
    await expect(page.getByText(/In two classes: one of them must be wrong/)).toBeVisible();
    await page.getByRole('button', { name: 'Remove same.png from cats' }).click();
    await expect(page.getByText(/In two classes/)).toHaveCount(0);
    await expect.poll(async () => (await person.counts()).cats).toBe(3);
  });

  expectNoHarm(guard);
  await expectModestMemory(browser);
});

for (const { title, place, counts } of AWKWARD_FOLDERS) {
  test(title, async ({ person, page, browser, folder, guard }) => {
    await person.addFolder(await place(folder));
    await person.expectAdded(Object.values(counts).reduce((sum, count) => sum + count, 0));
    await expectNoError(page);
    expect(await leftOut(person)).toEqual({
      'tiff.tif': 'Browsers cannot read this picture format. Save it as JPEG or PNG.',
      'bomb-60000x60000.png': 'The picture has too many pixels to be opened safely.',
      'empty.jpg': 'The file is empty.',
      'notes.txt': 'This is not a picture.',
      'text.jpg': 'This is not a picture.',
      'truncated.jpg': 'The picture is broken or cut off.',
    });
    expect(await person.counts()).toEqual(counts);
    await expect(page.getByRole('heading', { name: HOSTILE_CLASS })).toBeVisible();
    await expect(page.locator('b, script:not([src])')).toHaveCount(0);
    await expect(page.getByText(/In two classes: one of them must be wrong/)).toBeVisible();
    expectNoHarm(guard);
    await expectModestMemory(browser);
  });
}
