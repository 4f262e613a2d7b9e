/** What computes ends without a word, or finds no memory: the person is told, and the run goes on without a reload. */
import { join } from 'node:path';
import { expect, type Page, type Worker } from '@playwright/test';
import type { Person } from './pages/person.ts';
import { chooseBackend, epochsDone, PICTURES_PER_CLASS, test, writeDiscs } from './pages/tiny.ts';

/** So many that a run lasts long enough to be interrupted on any machine. */
const LONG = { 'Rounds at most (epochs)': 1000, 'Size of the hidden layer (units)': 4096 };

const isEngine = (worker: Worker) => worker.url().includes('/engine.worker');
const stopped = ({ notices }: Person) => notices.getByText(/^The part that computes stopped unexpectedly/);

/** Closes itself, as a worker does that the browser ends; nothing comes back from it. */
async function endEngine(page: Page): Promise<void> {
  const engine = page.workers().find(isEngine);
  if (!engine) throw new Error('the page has no engine');
  engine.evaluate(() => self.close()).catch(() => undefined);
  await expect.poll(() => page.workers().includes(engine)).toBe(false);
}

/** The same with one of the workers that the engine has started, which only the browser itself can reach. */
async function endExtractor(page: Page): Promise<void> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  if (!session) throw new Error('no browser to ask');
  const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'worker' }] });
  const victim = targetInfos.find(({ url }) => url.includes('/extractor.worker'));
  if (!victim) throw new Error('the engine has no extractor');
  const { targetId } = victim;
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  const message = { id: 1, method: 'Runtime.evaluate', params: { expression: 'self.close()' } };
  await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify(message) });
}

/** From now on a run asks this worker's browser for more memory than WebAssembly can have, which it really refuses. */
function starve(worker: Worker): Promise<void> {
  return worker.evaluate(() => {
    const Real = WebAssembly.Memory;
    const Starved = function make(wanted: WebAssembly.MemoryDescriptor) {
      const isForRun = wanted.maximum === wanted.initial;
      return new Real(isForRun ? { initial: 65_537, maximum: 65_537 } : wanted);
    };
    Starved.prototype = Real.prototype;
    Object.defineProperty(WebAssembly, 'Memory', { value: Starved });
  });
}

test('an engine or an extractor that ends without a word is started again in words, and the run goes on', async ({
  tiny,
  folder,
}) => {
  const { page } = tiny;
  await chooseBackend(tiny, 'cpu');
  await tiny.goTo('Train');
  await tiny.setAdvanced(LONG, false);
  await tiny.pressTrain();
  await expect.poll(() => epochsDone(page), { timeout: 60_000 }).toBeGreaterThan(2);
  await endEngine(page);
  await expect(stopped(tiny)).toBeVisible();
  await expect.poll(() => page.workers().filter(isEngine).length).toBe(1);
  await expect.poll(() => epochsDone(page), { timeout: 60_000 }).toBeGreaterThan(4);
  // Early on the way or late, it ends by itself or by the button; a small network is quick.
  await page.getByRole('button', { name: 'Stop early and keep' }).evaluateAll((found) => {
    for (const button of found) (button as HTMLElement).click();
  });
  await tiny.expectResult();

  // New pictures have to be looked at.
  await tiny.goTo('Pictures');
  await tiny.addFolder(await writeDiscs(join(folder, 'more'), { green: 140, red: 20 }));
  await tiny.expectAdded(2 * PICTURES_PER_CLASS);
  await endExtractor(page);
  await tiny.goTo('Train');
  await tiny.setAdvanced({ 'Rounds at most (epochs)': 3 }, false);
  await tiny.pressTrain();
  await expect(stopped(tiny)).toBeVisible({ timeout: 60_000 });
  await tiny.expectResult();
});

test('memory that is not given is called so, with a smaller way that works without a reload', async ({
  tiny,
}) => {
  const { page } = tiny;
  await chooseBackend(tiny, 'cpu');
  let isStarving = true;
  page.on('worker', (worker) => {
    if (isStarving && isEngine(worker)) starve(worker).catch(() => undefined);
  });
  await tiny.goTo('Train');
  await tiny.setAdvanced({ 'Rounds at most (epochs)': 3 }, false);
  await tiny.pressTrain();
  const alert = page.getByRole('alert').filter({ hasText: 'There was not enough memory.' });
  const smaller = alert.getByRole('button', { name: 'Try again with a smaller head (512 hidden units)' });
  await expect(smaller).toBeVisible({ timeout: 90_000 });
  isStarving = false;
  await smaller.click();
  await tiny.expectResult();
});
