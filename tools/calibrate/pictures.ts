/** Pictures of a folder as the network sees them, for programs that run in Node, where nothing decodes pictures. */
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { CHROMIUM_FLAGS, ensureChromium } from '../chromium.ts';
import { CACHE_DIR, ROOT } from '../paths.ts';
import { SetupError } from '../say.ts';
import { serveDist } from '../serve.ts';
import type { Calibration } from './page.ts';

const PAGE_DIR = join(CACHE_DIR, 'calibrate');
const PICTURE_NAME = /^\.(jpe?g|png|webp|gif|avif|bmp)$/i;

/**
 * `count` pictures spread evenly over a folder and those in it, so that every class has its share.
 * @throws SetupError if there are fewer, or no such folder
 */
export async function choosePictures(folder: string, count: number): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new SetupError(`The folder ${folder} cannot be read: ${String(error)}`);
  });
  const files = entries
    .filter((entry) => entry.isFile() && PICTURE_NAME.test(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length < count) throw new SetupError(`There are ${files.length} pictures in ${folder}.`);
  return Array.from({ length: count }, (_, i) => files[Math.floor(((i + 0.5) * files.length) / count)] ?? '');
}

async function buildPage(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: join(ROOT, 'tools/calibrate'),
    base: './',
    publicDir: false,
    build: { outDir: PAGE_DIR, emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 5000 },
  });
}

/**
 * Decodes, crops and resizes in Chromium, by the app's own code.
 * @returns RGBA `[sizePx, sizePx, 4]` of each file
 * @throws SetupError if Chromium cannot be had
 */
export async function decodePictures(files: readonly string[], sizePx: number): Promise<Uint8ClampedArray[]> {
  const executablePath = await ensureChromium();
  await buildPage();
  const served = await serveDist({ port: 0, folder: PAGE_DIR });
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
  try {
    const page = await browser.newPage();
    await page.goto(served.url);
    await page.waitForFunction(() => 'calibration' in globalThis);
    await page.locator('input').setInputFiles([...files]);
    const pictures: Uint8ClampedArray[] = [];
    for (const index of files.keys()) {
      pictures.push(
        await page.evaluate(
          ([place, size]) =>
            (globalThis as unknown as { calibration: Calibration }).calibration.pixelsOf(place, size),
          [index, sizePx] as const,
        ),
      );
    }
    return pictures;
  } finally {
    await browser.close();
    await served.close();
  }
}
