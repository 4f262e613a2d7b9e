/** A second phase that fails costs neither the head nor the way back, and records that cannot be read cost nobody anything. */
import { expect, type Page } from '@playwright/test';
import { keptCheckpoint, phaseCounts, shownModel } from './pages/kept.ts';
import { expectEpoch, setThorough, test } from './pages/tiny.ts';

const HEAD_EPOCHS = 2;
const FINE_TUNE_EPOCHS = 12;

/** As an error that nobody caught ends a worker. @returns false while there is none */
async function killEngine(page: Page): Promise<boolean> {
  const engine = page.workers().find((worker) => worker.url().includes('/engine.worker'));
  const killed = engine?.evaluate(() => {
    setTimeout(() => {
      throw new Error('killed by the test');
    });
    return true;
  });
  // It may be gone before it answers.
  return (await killed?.catch(() => false)) ?? false;
}

test('fine-tuning that fails leaves the head, and can be tried again', async ({ tiny, guard }) => {
  const { page } = tiny;
  await tiny.goTo('Train');
  await setThorough(tiny, {
    headEpochs: HEAD_EPOCHS,
    fineTuneEpochs: FINE_TUNE_EPOCHS,
    fineTuneRate: 0.0003,
  });
  await tiny.pressTrain();
  await test.step('the engine dies in the second phase as often as it is started again', async () => {
    await expectEpoch(page, HEAD_EPOCHS + 1);
    await expect
      .poll(
        async () => {
          await killEngine(page);
          return tiny.notices.getByText('Fine-tuning did not get to its end').isVisible();
        },
        { timeout: 90_000, intervals: [1500] },
      )
      .toBe(true);
  });
  expect(guard.takeProblems().filter((problem) => !problem.includes('killed by the test'))).toEqual([]);
  await tiny.expectResult();
  expect(phaseCounts(await shownModel(page))).toEqual([HEAD_EPOCHS, 0]);

  await tiny.goTo('Train');
  const panel = page.getByRole('region', { name: 'A training could not go on' });
  await expect(panel).toContainText('The model without fine-tuning is kept already');
  await panel.getByRole('button', { name: 'Try again' }).click();
  await tiny.expectResult();
  expect(phaseCounts(await shownModel(page))).toEqual([HEAD_EPOCHS, FINE_TUNE_EPOCHS]);
  await expect.poll(() => keptCheckpoint(page)).toBeNull();

  await test.step('a model and a run that cannot be read stay, are said, and hide no other', async () => {
    await page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const opening = indexedDB.open('headstart');
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const transaction = opening.result.transaction(['models', 'runs'], 'readwrite');
            transaction.objectStore('models').put({ id: 'later', recordVersion: 1000 });
            transaction.objectStore('runs').put({ id: 'broken', startedAt: '2026', curve: 'none' });
            transaction.oncomplete = () => {
              opening.result.close();
              resolve();
            };
          };
        }),
    );
    for (const view of ['My models', 'Runs'] as const) {
      await tiny.goTo(view);
      await expect(tiny.main.getByRole('status')).toContainText(['1 more is kept here']);
    }
    await tiny.goTo('My models');
    await expect(tiny.main.getByRole('list', { name: 'Models' }).locator('> li')).toHaveCount(2);
  });
});
