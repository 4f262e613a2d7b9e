/**
 * Ways of computing, on a machine whose graphics card is imitated: what is chosen and why.
 * What happens when the card is lost is in lostGpu.gpu.spec.ts: the real network takes too long on it.
 */
import { expect, type Page } from '@playwright/test';
import { test } from './pages/fixtures.ts';

const row = (page: Page, name: string) =>
  page.getByRole('table', { name: 'What was tested' }).getByRole('row', { name });

test('an imitated WebGPU ranks below WebAssembly, and the page says so', async ({ person, page }) => {
  await person.goTo('Settings');
  expect(await page.evaluate(() => 'gpu' in navigator)).toBe(true);
  await page.getByRole('button', { name: 'Test this computer' }).click();
  await expect(
    page.getByText(
      /^In use: Processor \(Headstart’s own WebAssembly\), with \d+ workers?, in 8-bit integers/,
    ),
  ).toBeVisible({
    timeout: 90_000,
  });
  await expect(row(page, 'Processor (Headstart’s own WebAssembly)')).toContainText(
    'In use: right results, and the fastest.',
  );
  const imitated = row(page, 'Graphics card (WebGPU)');
  await expect(imitated).toContainText('Imitated by the processor, so slower than WebAssembly.');
  await expect(imitated.getByRole('cell').last()).toContainText(/swiftshader/i);
});

test('the person may decide otherwise, and take it back', async ({ person, page }) => {
  await person.goTo('Settings');
  await page.getByRole('button', { name: 'Test this computer' }).click();
  await expect(page.getByText(/^In use: Processor \(Headstart’s own WebAssembly\)/)).toBeVisible({
    timeout: 90_000,
  });
  const choice = page.getByRole('combobox', { name: 'Way of computing' });

  await choice.selectOption({ label: 'Graphics card (WebGL)' });
  await expect(page.getByText(/^In use: Graphics card \(WebGL\)/)).toBeVisible({ timeout: 90_000 });
  await expect(row(page, 'Graphics card (WebGL)')).toContainText('In use: you chose it.');
  await expect(row(page, 'Processor (Headstart’s own WebAssembly)')).toContainText(
    'Not tested: you chose another.',
  );
  await expect(page.getByRole('alert')).toHaveCount(0);

  await choice.selectOption({ label: 'Automatic' });
  await expect(page.getByText(/^In use: Processor \(Headstart’s own WebAssembly\)/)).toBeVisible({
    timeout: 90_000,
  });
});
