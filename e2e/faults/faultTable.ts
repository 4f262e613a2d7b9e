/** The fault table as it is printed: a row a fault, then what was lost, what the page said, and the figures. */
import type { Tally } from './tally.ts';

export interface TableRow {
  readonly fault: { readonly id: string; readonly title: string };
  readonly tally: Pick<Tally, 'tried' | 'losses' | 'notes' | 'words'>;
  readonly seconds: number;
}

const LOSSES_SHOWN = 12;
const WORDS_SHOWN = 2;

function toCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function wordsOf({ words }: TableRow['tally']): string {
  if (words.length === 0) return '–';
  const shown = words.slice(0, WORDS_SHOWN).map(({ sentence, times }) => `${sentence} (${times} ×)`);
  const more = words.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(' / ');
}

function headed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  - ${line}`)];
}

/** @returns lines of Markdown */
export function toFaultTable(rows: readonly TableRow[]): readonly string[] {
  const lines = rows.map(({ fault, tally, seconds }) =>
    ['', fault.title, tally.tried, tally.losses.length, toCell(wordsOf(tally)), Math.round(seconds), '']
      .join(' | ')
      .trim(),
  );
  const details = rows.flatMap(({ fault, tally }) => {
    const { losses, words, notes } = tally;
    const hidden = losses.length - LOSSES_SHOWN;
    return [
      ...headed(`${fault.id}: lost`, [
        ...losses.slice(0, LOSSES_SHOWN),
        ...(hidden > 0 ? [`and ${hidden} more`] : []),
      ]),
      ...headed(
        `${fault.id}: said`,
        words.map(({ sentence, times }) => `${times} × ${sentence}`),
      ),
      ...headed(`${fault.id}: measured`, notes),
    ];
  });
  return [
    '| fault | tried | lost | words | seconds |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    ...details,
  ];
}

export function countLost(rows: readonly TableRow[]): number {
  return rows.reduce((sum, { tally }) => sum + tally.losses.length, 0);
}
