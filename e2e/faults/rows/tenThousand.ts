/** Ten thousand pictures: how long they take, how much memory, how smoothly they scroll; and all of them are there again. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../src/shared/random.ts';
import { serveDist } from '../../../tools/serve.ts';
import { toPng } from '../../pages/pictures.ts';
import { toCount } from '../../pages/readings.ts';
import { wholeBetween } from '../chance.ts';
import type { Fault } from '../fault.ts';
import { findLosses, readKeptPictures, readShownCounts } from '../keptPictures.ts';
import { watchRenderers } from '../processes.ts';
import type { Visitor } from '../visitor.ts';

const CLASSES = ['east', 'north', 'south', 'west'];
const SIDE_PX = 48;
const LIMIT_MS = 900_000;
const ADDED_MS = 600_000;
const KEPT_MS = 60_000;
const SCROLL_MS = 10_000;
const WHEEL_PX = 400;
/** A frame that takes longer is one that a person sees. */
const SLOW_FRAME_MS = 50;

/** Four fields of colour, each a little different in every picture. */
function drawPicture(random: Random): Uint8Array {
  const half = SIDE_PX / 2;
  const fields = Array.from({ length: 12 }, () => wholeBetween(random, 0, 255));
  const rgb = new Uint8Array(SIDE_PX * SIDE_PX * 3);
  for (let y = 0; y < SIDE_PX; y++) {
    for (let x = 0; x < SIDE_PX; x++) {
      const field = (y < half ? 0 : 2) + (x < half ? 0 : 1);
      for (let channel = 0; channel < 3; channel++)
        rgb[(y * SIDE_PX + x) * 3 + channel] = (fields[field * 3 + channel] ?? 0) ^ ((x * y) & 7);
    }
  }
  return toPng(SIDE_PX, rgb);
}

async function drawFolder(folder: string, count: number, random: Random): Promise<void> {
  for (const name of CLASSES) await mkdir(join(folder, name), { recursive: true });
  for (let i = 0; i < count; i++) {
    const name = CLASSES[i % CLASSES.length] ?? '';
    await writeFile(join(folder, name, `${name}-${i}.png`), drawPicture(random));
  }
}

/** Turns the wheel over the grid; the frames' times in ms, as the page sees them. */
async function timeScrolling({ page }: Visitor): Promise<readonly number[]> {
  await page.mouse.move(400, 500);
  const timing = page.evaluate(
    (lengthMs) =>
      new Promise<number[]>((resolve) => {
        const frames: number[] = [];
        const startMs = performance.now();
        let lastMs = startMs;
        const look = (nowMs: number) => {
          frames.push(nowMs - lastMs);
          lastMs = nowMs;
          if (nowMs - startMs < lengthMs) requestAnimationFrame(look);
          else resolve(frames.slice(1));
        };
        requestAnimationFrame(look);
      }),
    SCROLL_MS,
  );
  let isOver = false;
  const ended = timing.finally(() => {
    isOver = true;
  });
  while (!isOver) await page.mouse.wheel(0, WHEEL_PX);
  return ended;
}

function describeFrames(frames: readonly number[]): string {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (fraction: number) =>
    (sorted[Math.floor(fraction * (sorted.length - 1))] ?? Number.NaN).toFixed(0);
  const slow = sorted.filter((ms) => ms > SLOW_FRAME_MS).length;
  return `${sorted.length} frames in ${SCROLL_MS / 1000} s of scrolling: half within ${at(0.5)} ms, 95 % within ${at(0.95)} ms, the longest ${at(1)} ms; ${slow} over ${SLOW_FRAME_MS} ms`;
}

export const fault: Fault = {
  id: 'ten-thousand',
  title: '10,000 pictures',
  place: 11,
  isAlone: true,
  async run({ tally, random, folder, times, launch, closeLater, attempt }) {
    const count = times(10_000, 1000);
    const set = join(folder, 'set');
    await drawFolder(set, count, random);
    const app = await serveDist({ port: 0 });
    closeLater(app);
    const visitor = await launch(app.url);
    await attempt(`${count} pictures`, visitor, LIMIT_MS, async () => {
      await visitor.open();
      const readPeak = await watchRenderers(visitor.browser);
      const startMs = performance.now();
      const { person } = visitor;
      const chooser = visitor.page.waitForEvent('filechooser');
      await person.main.getByRole('button', { name: 'Choose a folder', exact: true }).click();
      await (await chooser).setFiles(set, { timeout: 0 });
      const words = person.notices.getByText(/pictures? added/).last();
      await words.waitFor({ timeout: ADDED_MS });
      const addedMs = performance.now() - startMs;
      const said = toCount((await words.innerText()).split(' ')[0] ?? '');
      if (said !== count) throw new Error(`it says that ${said} of ${count} pictures were added`);
      const endMs = performance.now() + KEPT_MS;
      for (;;) {
        const kept = await readKeptPictures(visitor.page, 'keys');
        if (kept.filter(({ sizeBytes }) => sizeBytes !== null).length === count) break;
        if (performance.now() > endMs) throw new Error(`${kept.length} of ${count} pictures are kept`);
        await sleep(500);
      }
      const keptMs = performance.now() - startMs;
      const frames = await timeScrolling(visitor);
      const peakBytes = await readPeak();
      const openMs = performance.now();
      await visitor.open();
      const shown = await readShownCounts(visitor.person);
      const shownMs = performance.now() - openMs;
      const losses = findLosses(
        await readKeptPictures(visitor.page),
        shown,
        (name) => name.split('-')[0] ?? null,
      );
      if (losses.length > 0) throw new Error(losses.join('; '));
      const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
      tally.note(
        `${count} pictures: added in ${seconds(addedMs)}, all kept after ${seconds(keptMs)}, there again ${seconds(shownMs)} after a reload`,
      );
      tally.note(
        `highest memory of all renderers together: ${Math.round(peakBytes / 1e6)} MB (resident, with what they share)`,
      );
      tally.note(describeFrames(frames));
    });
  },
};
