/**
 * Processors that can do less, made by flags: each gets the best kernels it can run, and all come to the same answers.
 */
import { join } from 'node:path';
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { openProfile, test } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';

const OWN = 'Processor (Headstart’s own WebAssembly)';
const TENSORFLOW = 'Processor (TensorFlow.js WebAssembly)';
const PICTURE = 'noto_cat.png';

/**
 * Probabilities may differ by so much between processors. Without fused multiplication a few sums round the other way,
 * and with them a few codes of 127 (measured: 0.008); float32 rounds none at all.
 */
const SAME_KERNELS = 0.03;
const OTHER_ARITHMETIC = 0.15;

/** No flag takes relaxed SIMD alone away: this stands for a browser that does not know its instructions. */
async function forgetRelaxedSimd(context: BrowserContext): Promise<void> {
  const unknown = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0xff]);
  await context.route(/\/relaxed[\w-]*\.wasm$/, (route) =>
    route.fulfill({ body: unknown, contentType: 'application/wasm' }),
  );
}

/**
 * What the kernels compute in is the machine's choice, by a timing: where bytes have no dot products, or none at a time
 * worth their rounding, float32 may be as fast, on one processor and not on the next.
 */
const EITHER = /, (int8|float32)/;

const PROCESSORS = [
  { name: 'all there is', flags: [], relaxed: true, device: 'relaxed SIMD', tolerance: 0 },
  {
    name: 'no dot products of bytes',
    flags: ['--no-enable-avx-vnni', '--no-enable-avx-vnni-int8'],
    relaxed: true,
    device: 'relaxed SIMD',
    tolerance: SAME_KERNELS,
  },
  {
    name: 'no fused multiplication, no AVX',
    flags: ['--no-enable-fma3', '--no-enable-avx'],
    relaxed: true,
    device: 'relaxed SIMD',
    tolerance: SAME_KERNELS,
  },
  { name: 'no relaxed SIMD', flags: [], relaxed: false, device: 'plain SIMD', tolerance: SAME_KERNELS },
  {
    name: 'no SIMD at all',
    flags: ['--no-enable-ssse3', '--no-enable-sse4-1'],
    relaxed: true,
    device: null,
    tolerance: OTHER_ARITHMETIC,
  },
] as const;

function row(page: Page, name: string) {
  return page.getByRole('table', { name: 'What was tested' }).getByRole('row', { name });
}

test('every processor gets the kernels it can run, and they agree', async ({
  launchOptions,
  baseURL,
  folder,
  smallSet,
  guard,
}) => {
  test.setTimeout(240_000);
  let expected: { readonly arithmetic: string; readonly guesses: Readonly<Record<string, number>> } | null =
    null;
  for (const { name, flags, relaxed, device, tolerance } of PROCESSORS) {
    await test.step(name, async () => {
      const args = [
        ...(launchOptions.args ?? []),
        ...(flags.length ? [`--js-flags=${flags.join(' ')}`] : []),
      ];
      const context = await openProfile(join(folder, name), { ...launchOptions, args }, baseURL);
      guard.watch(context);
      if (!relaxed) await forgetRelaxedSimd(context);
      const page = context.pages()[0] ?? (await context.newPage());
      const person = new Person(page);
      await person.open();
      await person.goTo('Settings');
      await page.getByRole('button', { name: 'Test this computer' }).click();
      const used = device === null ? TENSORFLOW : OWN;
      await expect(page.getByText(`In use: ${used}`)).toBeVisible({ timeout: 90_000 });
      if (device === null) await expect(row(page, OWN)).toContainText('Not available in this browser.');
      else await expect(row(page, OWN)).toContainText(device);
      const arithmetic = EITHER.exec(await row(page, OWN).innerText())?.[1] ?? 'float32';
      await person.goTo('Use it');
      const { [PICTURE]: guesses } = await person.classify([join(smallSet, 'animals', PICTURE)]);
      expect(Object.keys(guesses ?? {})).toHaveLength(5);
      expected ??= { arithmetic, guesses: guesses ?? {} };
      const allowed = arithmetic === expected.arithmetic ? tolerance : OTHER_ARITHMETIC;
      for (const [label, probability] of Object.entries(expected.guesses).slice(0, 2)) {
        expect(Math.abs((guesses?.[label] ?? 0) - probability), label).toBeLessThanOrEqual(allowed);
      }
      await context.close();
    });
  }
});

test('exact arithmetic is one switch away', async ({ person, page, smallSet }) => {
  await person.goTo('Settings');
  await page.getByRole('button', { name: 'Test this computer' }).click();
  await expect(page.getByText(/^In use: .* in 8-bit integers \(int8\)$/)).toBeVisible({ timeout: 90_000 });
  await page.getByRole('switch', { name: 'Exact arithmetic (float32)' }).check();
  await expect(page.getByText(/^In use: .* exactly \(float32\)$/)).toBeVisible({ timeout: 90_000 });
  await expect(row(page, OWN)).toContainText('float32');
  await person.goTo('Use it');
  const guesses = await person.classify([join(smallSet, 'animals', PICTURE)]);
  expect(Object.keys(guesses[PICTURE] ?? {})).toHaveLength(5);
  await page.reload();
  await person.goTo('Settings');
  await expect(page.getByRole('switch', { name: 'Exact arithmetic (float32)' })).toBeChecked();
});
