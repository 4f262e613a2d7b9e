/** `npm run bench -- gradients`: each backbone learns ten pictures of 64 pixels by heart, from fresh weights. */
import { parseArgs } from 'node:util';
import { isLearned, type Overfit } from '../../src/testing/training/overfitResult.ts';
import { listBackbones } from '../backbones.ts';
import { CHROMIUM_FLAGS, ensureChromium } from '../chromium.ts';
import { SetupError, say } from '../say.ts';
import { setUp } from '../setup.ts';
import type { GradientsBench } from './gradientsPage.ts';
import { toGradientsTable } from './gradientsResult.ts';
import { createBrowsers } from './pages.ts';
import { buildPages, servePages } from './server.ts';

const LEARNING_RATE = 1e-3;
const MOST_STEPS = 100;

/** @throws SetupError for words that it does not know, and where a backbone does not learn them */
export async function benchGradients(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { backbones: { type: 'string' } } });
  const ids = (await listBackbones()).map(({ id }) => id);
  const wanted = values.backbones?.split(',') ?? ids;
  const unknown = wanted.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw new SetupError(`No backbone ${unknown}; there are: ${ids.join(', ')}.`);
  await setUp();
  const executablePath = await ensureChromium();
  await buildPages();
  const pages = await servePages(null);
  const browsers = createBrowsers(executablePath, CHROMIUM_FLAGS);
  const rows: Overfit[] = [];
  try {
    for (const id of wanted) {
      // A page of its own for each: what one has taken is gone with it.
      const page = await browsers.open<GradientsBench>(`${pages.url}/gradientsPage.html`);
      const row = await page.call('overfit', id, 'wasm', LEARNING_RATE, MOST_STEPS);
      say(`${id}: ${isLearned(row) ? 'learned' : 'NOT learned'} in ${row.steps} steps`);
      rows.push(row);
      await browsers.closeAll();
    }
  } finally {
    await browsers.closeAll();
    pages.close();
  }
  say(`\n${toGradientsTable(rows)}`);
  const failed = rows.filter((row) => !isLearned(row)).map(({ id }) => id);
  if (failed.length > 0) throw new SetupError(`Ten pictures are too many for ${failed.join(', ')}.`);
}
