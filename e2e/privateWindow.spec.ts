/** A private window keeps no value above 127 MiB: a thorough training gets to its result there too, and is kept on the way. */
import { expect } from '@playwright/test';
import { keptCheckpoint, phaseCounts, shownModel } from './pages/kept.ts';
import { Person } from './pages/person.ts';
import { DISC_COUNT, epochsDone, expectEpoch, setThorough, test } from './pages/tiny.ts';
import { serveWideNetwork } from './pages/tinyNetwork.ts';

const HEAD_EPOCHS = 2;
const FINE_TUNE_EPOCHS = 2;

test('a thorough training of full size ends in a private window', async ({ page, discs }) => {
  const server = await serveWideNetwork();
  const person = new Person(page);
  await person.open(server.url);

  await test.step('this window refuses a checkpoint in one value', async () => {
    const said = await page.evaluate(
      () =>
        new Promise<string>((resolve, reject) => {
          const opening = indexedDB.open('private-window', 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore('values');
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const transaction = opening.result.transaction('values', 'readwrite');
            transaction.onabort = () => resolve(transaction.error?.message ?? '');
            transaction.oncomplete = () => resolve('kept');
            transaction.objectStore('values').put(new Float32Array(34_000_000), 'one');
          };
        }),
    );
    expect(said).toContain('too large');
  });

  await person.addFolder(discs);
  await person.expectAdded(DISC_COUNT);
  await person.goTo('Train');
  await setThorough(person, { headEpochs: HEAD_EPOCHS, fineTuneEpochs: FINE_TUNE_EPOCHS });
  await person.pressTrain();
  await expectEpoch(page, HEAD_EPOCHS);

  await test.step('in its second phase it is kept on the disk', async () => {
    await expect.poll(() => keptCheckpoint(page), { timeout: 60_000 }).toMatchObject({ phase: 'fineTune' });
    const bytes = await page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open('headstart');
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const asking = opening.result.transaction('pieces').objectStore('pieces').getAllKeys();
            asking.onsuccess = () => {
              opening.result.close();
              resolve(asking.result.length * 16 * 2 ** 20);
            };
          };
        }),
    );
    // More than one value may hold.
    expect(bytes).toBeGreaterThan(133_169_152);
  });

  await person.expectResult();
  expect(phaseCounts(await shownModel(page))).toEqual([HEAD_EPOCHS, FINE_TUNE_EPOCHS]);
  expect(await epochsDone(page)).toBe(0);
  await expect.poll(() => keptCheckpoint(page)).toBeNull();
  await expect(person.notices).not.toContainText('cannot be saved on the way');
  // Whoever waits for the right to train gets it.
  await expect
    .poll(() => page.evaluate(async () => ((await navigator.locks.query()).held ?? []).map(({ name }) => name)))
    .not.toContain('headstart-training');
  await page.reload();
  await expect(page.getByTestId('accuracy')).toBeVisible();
  await server.close();
});
