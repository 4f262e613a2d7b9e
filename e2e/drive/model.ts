/** A model as the app keeps it, and a check that the screen says the same. */

import type { Page } from '@playwright/test';
import type { ModelRecord } from '../../src/domain/model.ts';
import { toCount } from '../pages/readings.ts';

/** The app's own record of a model, where the screen rounds. Fails if the screen shows something else. */
export async function readModel(page: Page, id: string): Promise<ModelRecord> {
  const record = await page.evaluate(
    (key) =>
      new Promise<unknown>((resolve, reject) => {
        const opening = indexedDB.open('headstart');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const reading = database.transaction('models').objectStore('models').get(key);
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            database.close();
            resolve(reading.result);
          };
        };
      }),
    id,
  );
  if (!record) throw new Error(`the app keeps no model ${id}`);
  const model = record as ModelRecord;
  await compareWithPage(page, model);
  return model;
}

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

function expectSame(what: string, shown: unknown, kept: unknown): void {
  if (JSON.stringify(shown) !== JSON.stringify(kept)) {
    throw new Error(`${what}: the page shows ${JSON.stringify(shown)}, kept is ${JSON.stringify(kept)}`);
  }
}

/** On the result view: headline, confusion matrix and the table of epochs. */
async function compareWithPage(page: Page, { metrics, curve }: ModelRecord): Promise<void> {
  const measured = metrics.test ?? metrics.validation;
  if (measured) {
    const shown = await page.getByTestId('accuracy').innerText();
    expectSame('accuracy', shown, percent.format(measured.accuracy));
    const cells = page.getByRole('table', { name: 'What is taken for what' }).locator('td');
    const counts = (await cells.allInnerTexts()).map(toCount);
    // Of many classes the page shows only those with most mistakes.
    if (counts.length === measured.confusion.length ** 2)
      expectSame('confusion', counts, measured.confusion.flat());
  }
  // The switch draws itself over its input.
  await page.getByRole('switch', { name: 'Show the numbers as a table' }).setChecked(true, { force: true });
  const table = page.getByRole('table', { name: 'Accuracy and loss of each epoch' });
  const rows = table.locator('tbody tr');
  await rows.first().waitFor();
  // Which columns there are depends on the run.
  const column = (await table.getByRole('columnheader').allInnerTexts()).indexOf('Training accuracy');
  const fractions = await rows.evaluateAll(
    (lines, place) => lines.map((line) => line.children[place]?.textContent ?? ''),
    column,
  );
  expectSame(
    'training accuracy of each epoch',
    fractions,
    curve.map(({ accuracy }) => percent.format(accuracy)),
  );
}
