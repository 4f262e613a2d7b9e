/** What pictures of today's phones take: added, learned from and classified through the page, its process watched. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { giveImages } from '../../e2e/drive/give.ts';
import { withVisit } from '../../e2e/drive/visit.ts';
import type { Person } from '../../e2e/pages/person.ts';
import { ensureBuilt } from '../build.ts';
import { say } from '../say.ts';
import { type DecodingOptions, readDecodingOptions } from './decodingOptions.ts';
import { openProcessMeter } from './processMemory.ts';

const LOOK_EVERY_MS = 100;
const CLASSES = 2;
/** Enough to fill every worker. */
const CLASSIFIED = 6;

interface DecodingStage {
  readonly doing: string;
  /** Of the page's process, with all its workers, at its highest. */
  readonly peakBytes: number;
  readonly elapsedMs: number;
}

/** A JPEG of that many pixels, 4 : 3, in base64; no two alike. Runs in the page. */
async function drawPhoto([megapixels, seed]: readonly [number, number]): Promise<string> {
  const height = Math.round(Math.sqrt(megapixels * 1e6 * 0.75));
  const canvas = new OffscreenCanvas(Math.round((height * 4) / 3), height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = `hsl(${seed % 2 === 0 ? 20 : 200} 60% 50%)`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < 300; i++) {
    context.fillStyle = `hsl(${(seed * 53 + i * 17) % 360} 70% 50% / 0.5)`;
    const [x, y] = [Math.sin(seed + i * 3.1), Math.cos(seed * 2 + i * 1.7)];
    context.fillRect(canvas.width * (0.5 + x / 2), height * (0.5 + y / 2), 200 + i, 300);
  }
  const bytes = new Uint8Array(
    await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer(),
  );
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

async function writePhotos(page: Page, folder: string, options: DecodingOptions): Promise<string[]> {
  const files: string[] = [];
  for (let seed = 0; seed < options.pictures; seed++) {
    const inClass = join(folder, `class-${seed % CLASSES}`);
    await mkdir(inClass, { recursive: true });
    const base64 = await page.evaluate(drawPhoto, [options.megapixels, seed] as const);
    files.push(join(inClass, `${seed}.jpg`));
    await writeFile(files.at(-1) ?? '', Buffer.from(base64, 'base64'));
  }
  return files;
}

/** Watches the largest process of the pages while something is done, and says what it took. */
async function watch(person: Person, doing: string, work: () => Promise<unknown>): Promise<DecodingStage> {
  const browser = person.page.context().browser();
  if (!browser) throw new Error('a page without a browser');
  const readMemory = await openProcessMeter(browser);
  let peakBytes = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      peakBytes = Math.max(peakBytes, ...(await readMemory()).renderers);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  })();
  const startMs = performance.now();
  try {
    await work();
  } finally {
    isOver = true;
    await watching;
  }
  const elapsedMs = performance.now() - startMs;
  const megabytes = `${(peakBytes / 1e6).toFixed(0)} MB`;
  say(`${doing.padEnd(12)} ${megabytes.padStart(8)} at its highest, ${(elapsedMs / 1000).toFixed(1)} s`);
  return { doing, peakBytes, elapsedMs };
}

async function measure(options: DecodingOptions): Promise<readonly DecodingStage[]> {
  const folder = await mkdtemp(join(tmpdir(), 'headstart-photos-'));
  const visit = { name: 'bench', dist: options.dist, softwareWebGpu: false };
  try {
    say(`Drawing ${options.pictures} pictures of ${options.megapixels} megapixels …`);
    // In a browser of its own, whose process has drawn them and is gone.
    const files = await withVisit(visit, ({ page }) => writePhotos(page, folder, options));
    return await withVisit(visit, async (person, app) => {
      await person.open(app.url);
      say("The page's process with all its workers:");
      const stages = [await watch(person, 'adding', () => giveImages(person, folder))];
      await person.goTo('Train');
      await person.setAdvanced({ 'Rounds at most (epochs)': 1 });
      const train = async () => {
        await person.pressTrain();
        await person.expectResult(10 * 60_000);
      };
      stages.push(await watch(person, 'learning', train));
      await person.goTo('Use it');
      stages.push(await watch(person, 'classifying', () => person.classify(files.slice(0, CLASSIFIED))));
      return stages;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Prints a line for each, and with `--json` all figures. @throws SetupError in words for a person */
export async function benchDecoding(args: readonly string[]): Promise<void> {
  const options = readDecodingOptions(args);
  if (options.dist === null) await ensureBuilt();
  const stages = await measure(options);
  if (options.json) say(JSON.stringify(stages));
}
