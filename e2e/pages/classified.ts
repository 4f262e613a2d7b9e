/** Classifying a folder through "Use it": files under names of their own, results from the table that the app offers. */
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, sep } from 'node:path';
import type { Page } from '@playwright/test';
import { answerDialog, waitPatiently } from './patience.ts';

export interface Prediction {
  /** Relative to the folder. */
  readonly file: string;
  readonly label: string;
  /** 0–1. */
  readonly probability: number;
}

export interface Classified {
  readonly predictions: readonly Prediction[];
  /** Files the app could not read, with its words. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

/** Hidden files are nobody's pictures. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(folder, file)
          .split(sep)
          .some((part) => part.startsWith('.')),
    )
    .sort();
}

/** Cells of one line of a CSV file (RFC 4180, no line breaks in cells). */
function toCells(line: string): string[] {
  const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

/** The page shows names without folders, so equal names become numbered links. Shown name to path. */
async function underOwnNames(files: readonly string[], links: string): Promise<Map<string, string>> {
  const byName = new Map(files.map((file) => [basename(file), file]));
  if (byName.size === files.length) return byName;
  const linked = new Map<string, string>();
  for (const [place, file] of files.entries()) {
    const name = `${place + 1}_${basename(file)}`;
    await symlink(file, join(links, name));
    linked.set(name, file);
  }
  return linked;
}

/** On the view "Use it", with the classifier that is chosen there. */
export async function classifyFolder(page: Page, folder: string): Promise<Classified> {
  const links = await mkdtemp(join(tmpdir(), 'headstart-classify-'));
  try {
    const named = await underOwnNames(await listFiles(folder), links);
    const paths = [...named].map(([name, file]) => (basename(file) === name ? file : join(links, name)));
    const fileOf = (name: string) => relative(folder, named.get(name) ?? name);
    const main = page.getByRole('main');
    await answerDialog(page, main.getByRole('button', { name: 'Choose pictures', exact: true }), paths);
    const status = main.getByRole('status');
    await waitPatiently(page, async () => /done\.|could not be read/.test(await status.innerText()));

    const download = page.waitForEvent('download');
    await main.getByRole('button', { name: 'Download as a table (CSV)' }).click();
    const csv = await readFile(await (await download).path(), 'utf8');
    const lines = csv.replace('\uFEFF', '').trim().split('\r\n').slice(1).map(toCells);
    // An apostrophe keeps spreadsheets from taking a cell for a formula.
    const plain = (cell: string) => cell.replace(/^'(?=[=+\-@])/, '');
    const predictions = lines.map(([name = '', label = '', probability]) => ({
      file: fileOf(plain(name)),
      label: plain(label),
      probability: Number(probability),
    }));
    const failed = await main
      .getByRole('list', { name: 'Results' })
      .locator('> li')
      .evaluateAll((cards) =>
        cards
          .filter((card) => !card.querySelector('ol'))
          .map((card) => [...card.querySelectorAll('p')].map((part) => part.textContent ?? '')),
      );
    const unreadable = failed.map(([name = '', ...reason]) => ({
      file: fileOf(name),
      reason: reason.join(' '),
    }));
    return { predictions, unreadable };
  } finally {
    await rm(links, { recursive: true, force: true });
  }
}
