/** Numbers off the screen, for the drive: what a person would copy down, from tables, lists and messages by their names. */
import type { Locator, Page } from '@playwright/test';

export interface DatasetReading {
  readonly images: number;
  readonly classes: number;
  /** Words of the app, one line a file. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Copies that were not taken, and pictures that lie in two classes or two splits. */
  readonly duplicates: number;
  /** Null where there is nothing to divide. */
  readonly split: {
    readonly source: 'folders' | 'fractions';
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  } | null;
}

/** A whole number as the English page writes it; NaN for anything else. */
export function toCount(text: string): number {
  return Number.parseInt(text.replaceAll(',', ''), 10);
}

/** The number in front of, or after, a word in a sentence; 0 where the sentence does not say it. */
function countIn(text: string, pattern: RegExp): number {
  const [, digits] = pattern.exec(text) ?? [];
  return digits === undefined ? 0 : toCount(digits);
}

function panel(page: Page, title: string | RegExp): Locator {
  return page.getByRole('region', { name: title });
}

/** Every line of "Files left out". */
async function readSkipped(page: Page): Promise<DatasetReading['skipped']> {
  const left = panel(page, 'Files left out');
  if ((await left.count()) === 0) return [];
  const toggle = left.getByRole('button', { name: /^Files left out/ });
  if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
  const list = left.getByRole('list', { name: 'Files left out' });
  await list.waitFor();
  const more = left.getByRole('button', { name: /^Show [\d,]+ more$/ });
  while (await more.isVisible()) await more.click();
  return list.getByRole('listitem').evaluateAll((items) =>
    items.map((item) => {
      const [file, reason] = [...item.children].map((part) => part.textContent ?? '');
      return { file: file ?? '', reason: reason ?? '' };
    }),
  );
}

async function readSplit(page: Page): Promise<DatasetReading['split']> {
  const table = page.getByRole('table', { name: 'Pictures per class and split' });
  if ((await table.count()) === 0) return null;
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((lines) =>
      lines.map((line) => [...line.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
    );
  const total = (column: number) => rows.reduce((sum, cells) => sum + toCount(cells[column] ?? '0'), 0);
  const fromFolders = page.getByRole('radio', { name: 'As in the folders' });
  const isFromFolders = (await fromFolders.count()) > 0 && (await fromFolders.isChecked());
  return {
    source: isFromFolders ? 'folders' : 'fractions',
    train: total(0),
    validation: total(1),
    test: total(2),
  };
}

/** @param message what the app said when the files had been read. */
export async function readDataset(page: Page, message: string): Promise<DatasetReading> {
  const ready = panel(page, /^(Ready to train|Not ready yet)$/);
  const facts = (await ready.count()) > 0 ? await ready.innerText() : '';
  const twice = panel(page, /^The same picture twice/);
  const shown = (await twice.count()) > 0 ? await twice.getByRole('heading').innerText() : '';
  return {
    images: countIn(facts, /([\d,]+) pictures?/),
    classes: countIn(facts, /([\d,]+) class/),
    skipped: await readSkipped(page),
    duplicates: countIn(message, /already there: ([\d,]+)/) + countIn(shown, /([\d,]+)\s*$/),
    split: await readSplit(page),
  };
}

/** What the app says stands in the way of training; null where nothing does. */
export async function readObstacles(page: Page): Promise<string | null> {
  const left = panel(page, 'Not ready yet');
  if ((await left.count()) === 0) return null;
  return (await left.getByRole('listitem').allInnerTexts()).join(' ');
}

/** Which way of computing is in use, as Settings tells it. On the settings view. */
export async function readBackend(page: Page): Promise<string> {
  const choices = await page
    .getByRole('combobox', { name: 'Way of computing' })
    .locator('option')
    .evaluateAll((options) =>
      options.map((option) => ({
        value: (option as HTMLOptionElement).value,
        label: option.textContent ?? '',
      })),
    );
  const line = await page.getByText(/^In use: .+ with [\d,]+ workers?, /).innerText();
  return choices.find(({ label }) => line.includes(label))?.value ?? line;
}
