/** Ways of computing, on a machine whose graphics card is imitated: what is chosen and why, and what happens when it is lost. */
import { join } from 'node:path';
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { test } from './pages/fixtures.ts';

const row = (page: Page, name: string) =>
  page.getByRole('table', { name: 'What was tested' }).getByRole('row', { name });

/** Ends the browser's GPU process, as a driver that crashes does. */
async function crashGpu(context: BrowserContext): Promise<void> {
  const crash = await context.newPage();
  // The page answers with nothing, so its loading never ends well.
  await crash.goto('chrome://gpucrash').catch(() => null);
  await crash.close();
}

test('an imitated WebGPU ranks below WebAssembly, and the page says so', async ({ person, page }) => {
  await person.goTo('Settings');
  expect(await page.evaluate(() => 'gpu' in navigator)).toBe(true);
  await page.getByRole('button', { name: 'Test this computer' }).click();
  await expect(page.getByText(/^In use: Processor \(WebAssembly\), with \d+ workers?$/)).toBeVisible({
    timeout: 90_000,
  });
  await expect(row(page, 'Processor (WebAssembly)')).toContainText('In use: right results, and the fastest.');
  const imitated = row(page, 'Graphics card (WebGPU)');
  await expect(imitated).toContainText('Imitated by the processor, so slower than WebAssembly.');
  await expect(imitated.getByRole('cell').last()).toContainText(/swiftshader/i);
});

test('the person may decide otherwise, and a lost device costs nothing', async ({
  person,
  page,
  context,
  smallSet,
}) => {
  test.setTimeout(240_000);
  const picture = join(smallSet, 'animals', 'noto_cat.png');
  await person.goTo('Use it');
  const onWasm = await person.classify([picture]);

  await test.step('WebGL by the person’s choice', async () => {
    await person.goTo('Settings');
    await page
      .getByRole('combobox', { name: 'Way of computing' })
      .selectOption({ label: 'Graphics card (WebGL)' });
    await expect(page.getByText(/^In use: Graphics card \(WebGL\)/)).toBeVisible({ timeout: 90_000 });
    await expect(row(page, 'Graphics card (WebGL)')).toContainText('In use: you chose it.');
    await expect(row(page, 'Processor (WebAssembly)')).toContainText('Not tested: you chose another.');
  });

  await test.step('the graphics card crashes: the next way takes over, with a word', async () => {
    await crashGpu(context);
    await person.goTo('Use it');
    const after = await person.classify([picture]);
    await expect(person.notices).toContainText('The graphics card stopped answering (webgl)');
    expect(Object.keys(after['noto_cat.png'] ?? {})).toEqual(Object.keys(onWasm['noto_cat.png'] ?? {}));
    await person.goTo('Settings');
    await expect(page.getByText(/^In use: Processor \(WebAssembly\)/)).toBeVisible();
    await expect(row(page, 'Graphics card (WebGL)')).toContainText('Stopped answering in this session.');
  });
});
