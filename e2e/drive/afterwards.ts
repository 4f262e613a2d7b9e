/** What the drive does with a model once it is trained: find it again, download it, do without the network. */
import { stat } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { ServedApp } from '../../tools/serve.ts';
import { waitPatiently } from '../pages/patience.ts';
import type { DownloadChoices, Person } from '../pages/person.ts';
import { readModel } from './model.ts';
import type { Trained } from './train.ts';

/** Finds the model in the list again after a reload and opens it; whether it says what it said. */
export async function reopen(person: Person, { id, model }: Pick<Trained, 'id' | 'model'>): Promise<boolean> {
  const { page, main } = person;
  await page.reload();
  await person.goTo('My models');
  await main.getByRole('link', { name: model.name, exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: model.name }).waitFor();
  const again = await readModel(page, id);
  return JSON.stringify(again.metrics) === JSON.stringify(model.metrics);
}

/** On the result view. Size of the file in bytes. */
export async function download(person: Person, file: string, choices: DownloadChoices): Promise<number> {
  const { page } = person;
  let saved: Promise<void> | null = null;
  let isSaved = false;
  page.once('download', (item) => {
    saved = item.saveAs(file);
  });
  await person.askForModelFile(choices);
  await waitPatiently(page, async () => {
    if (saved && !isSaved) {
      await saved;
      isSaved = true;
    }
    return isSaved;
  });
  return (await stat(file)).size;
}

export async function goOffline(page: Page, app: ServedApp): Promise<void> {
  // The first visit is over when the service worker has taken everything in.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.context().setOffline(true);
  await app.close();
}
