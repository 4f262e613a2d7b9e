/** What computes ends without a word, or finds no memory: the person is told, and the run goes on without a reload. */
import { expect, type Page, type Worker } from '@playwright/test';
import { test } from './pages/fixtures.ts';

const isEngine = (worker: Worker) => /engine\.worker/.test(worker.url());
const stopped = (page: Page) => page.getByText(/^The part that computes stopped unexpectedly/);
const epochsOf = (page: Page) =>
  page.getByRole('progressbar', { name: 'Rounds through all pictures (epochs)' });

/** Closes itself, as a worker does that the browser ends; nothing comes back from it. */
function endInside(worker: Worker): void {
  worker.evaluate(() => self.close()).catch(() => undefined);
}

/** From now on no memory for a run is to be had in this worker: the browser itself refuses more than there can be. */
async function starve(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    const Real = WebAssembly.Memory;
    const Starved = function make(wanted: WebAssembly.MemoryDescriptor) {
      const isForRun = wanted.maximum === wanted.initial;
      return new Real(isForRun ? { initial: 65_537, maximum: 65_537 } : wanted);
    };
    Starved.prototype = Real.prototype;
    Object.defineProperty(WebAssembly, 'Memory', { value: Starved });
  });
}

test('an engine that ends while it learns is started again in words, and the run goes on', async ({
  trained,
}) => {
  const { page } = trained;
  await trained.goTo('Train');
  await trained.setAdvanced({ 'Rounds at most (epochs)': 1000 }, false);
  await trained.pressTrain();
  const stop = page.getByRole('button', { name: 'Stop early and keep' });
  await expect(stop).toBeEnabled({ timeout: 60_000 });
  const engine = page.workers().find(isEngine);
  if (!engine) throw new Error('no engine');
  endInside(engine);
  await expect(stopped(page)).toBeVisible({ timeout: 10_000 });
  await expect.poll(() => page.workers().filter(isEngine).length, { timeout: 30_000 }).toBe(1);
  const before = await epochsOf(page).getAttribute('aria-valuetext');
  await expect(epochsOf(page)).not.toHaveAttribute('aria-valuetext', before ?? '', { timeout: 60_000 });
  await stop.click();
  await trained.expectResult();
});

test('an extractor that ends in the middle of the pictures is replaced, and all are looked at', async ({
  person,
  smallSet,
}) => {
  const { page } = person;
  await person.addFolder(smallSet);
  await person.expectAdded(24);
  const session = await page.context().browser()?.newBrowserCDPSession();
  if (!session) throw new Error('no browser to ask');
  const extractors = async () => {
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'worker' }] });
    return targetInfos.filter(({ url }) => /extractor\.worker/.test(url));
  };
  await person.goTo('Train');
  await person.pressTrain();
  await expect
    .poll(async () => (await extractors()).length, { timeout: 60_000, intervals: [50] })
    .toBeGreaterThan(0);
  const [victim] = await extractors();
  const { sessionId } = await session.send('Target.attachToTarget', {
    targetId: victim?.targetId ?? '',
    flatten: false,
  });
  const message = { id: 1, method: 'Runtime.evaluate', params: { expression: 'self.close()' } };
  await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify(message) });
  await expect(stopped(page)).toBeVisible({ timeout: 30_000 });
  await person.expectResult();
});

test('memory that is not given is called so, with a smaller way that works without a reload', async ({
  trained,
}) => {
  const { page } = trained;
  let isStarving = true;
  page.on('worker', (worker) => {
    if (isStarving && isEngine(worker)) starve(worker).catch(() => undefined);
  });
  await trained.goTo('Train');
  await trained.setAdvanced({ 'Rounds at most (epochs)': 5 }, false);
  await trained.pressTrain();
  const alert = page.getByRole('alert').filter({ hasText: 'There was not enough memory.' });
  const smaller = alert.getByRole('button', { name: 'Try again with a smaller head (512 hidden units)' });
  await expect(smaller).toBeVisible({ timeout: 90_000 });
  isStarving = false;
  await smaller.click();
  await trained.expectResult();
  await expect(page.getByRole('row', { name: /^Hidden units.* 512$/ })).toBeVisible();
});
