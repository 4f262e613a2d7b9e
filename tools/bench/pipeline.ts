/** `npm run bench -- pipeline`: whether small pictures come as fast as a network from scratch learns from them. */
import { parseArgs } from 'node:util';
import { CHROMIUM_FLAGS, ensureChromium } from '../chromium.ts';
import { SetupError, say } from '../say.ts';
import { setUp } from '../setup.ts';
import { createBrowsers } from './pages.ts';
import type { PipelineBench } from './pipelinePage.ts';
import { toPipelineTable } from './pipelineResult.ts';
import { buildPages, servePages } from './server.ts';

function toCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new SetupError(`--${option} is a whole number from 1`);
  return count;
}

/** Prints a table, and with `--json` all figures. @throws SetupError in words for a person */
export async function benchPipeline(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pictures: { type: 'string', default: '5000' },
      epochs: { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
    },
  });
  const [pictures, epochs] = [toCount('pictures', values.pictures), toCount('epochs', values.epochs)];
  await setUp();
  const executablePath = await ensureChromium();
  await buildPages();
  const pages = await servePages(null);
  const browsers = createBrowsers(executablePath, CHROMIUM_FLAGS);
  try {
    const page = await browsers.open<PipelineBench>(`${pages.url}/pipelinePage.html`);
    const reading = await page.call('measure', pictures, epochs);
    say(`\n${toPipelineTable(reading)}`);
    if (values.json) say(JSON.stringify(reading));
  } finally {
    await browsers.closeAll();
    pages.close();
  }
}
