/** A private window keeps no value above 127 MiB: a thorough training gets to its result there too, and is kept on the way. */
import { expect } from '@playwright/test';
import { keptCheckpoint, keptPieces, phaseCounts, shownModel } from './pages/kept.ts';
import { Person } from './pages/person.ts';
import { DISC_COUNT, epochsDone, setThorough, test } from './pages/tiny.ts';
import { serveWideNetwork } from './pages/tinyNetwork.ts';

const LARGEST_VALUE_BYTES = 133_169_152;
const PIECE_BYTES = 16 * 2 ** 20;
const HEAD_EPOCHS = 2;
const FINE_TUNE_EPOCHS = 2;

test('a thorough training of full size ends in a private window', async ({ page, discs }) => {
  // Weights of full size are a minute's work on a busy machine.
  test.slow();
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

  await test.step('in its second phase it is kept on the disk, larger than one value may be', async () => {
    await expect.poll(() => epochsDone(page), { timeout: 240_000 }).toBeGreaterThan(HEAD_EPOCHS);
    // At rest it is kept with all that the optimiser remembers.
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect
      .poll(() => keptPieces(page), { timeout: 120_000 })
      .toBeGreaterThan(LARGEST_VALUE_BYTES / PIECE_BYTES);
    // The one from the beginning of the phase is as large; that of the rest follows it.
    await expect
      .poll(() => keptCheckpoint(page), { timeout: 120_000 })
      .toMatchObject({ phase: 'fineTune', epoch: HEAD_EPOCHS + 1 });
    await page.getByRole('button', { name: 'Go on' }).click();
  });

  await person.expectResult();
  expect(phaseCounts(await shownModel(page))).toEqual([HEAD_EPOCHS, FINE_TUNE_EPOCHS]);
  await expect.poll(() => keptCheckpoint(page)).toBeNull();
  await expect(person.notices).not.toContainText('cannot be saved on the way');
  // Whoever waits for the right to train gets it.
  await expect
    .poll(() =>
      page.evaluate(async () => ((await navigator.locks.query()).held ?? []).map(({ name }) => name)),
    )
    .not.toContain('headstart-training');
  await page.reload();
  await expect(page.getByTestId('accuracy')).toBeVisible();
  await server.close();
});
