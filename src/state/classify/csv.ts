/** Predictions as a table file that any spreadsheet opens, and that no spreadsheet executes. */
import type { LabelProbability } from '../../domain/classification.ts';

export interface CsvLine {
  readonly file: string;
  readonly top: readonly LabelProbability[];
}

/** Signs at which a spreadsheet takes a cell for a formula (OWASP, "CSV Injection"). */
const FORMULA_START = /^[=+\-@\t\r]/;

/** A cell after RFC 4180; one that could be a formula gets an apostrophe in front. */
export function csvCell(text: string): string {
  const harmless = FORMULA_START.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Columns `file, label_1, probability_1, …`; with a byte-order mark, since Excel guesses wrong without. */
export function toCsv(lines: readonly CsvLine[], topCount: number): string {
  const ranks = Array.from({ length: topCount }, (_, index) => index);
  const header = ['file', ...ranks.flatMap((rank) => [`label_${rank + 1}`, `probability_${rank + 1}`])];
  const rows = lines.map(({ file, top }) => [
    csvCell(file),
    ...ranks.flatMap((rank) => {
      const guess = top[rank];
      return guess ? [csvCell(guess.label), guess.probability.toFixed(6)] : ['', ''];
    }),
  ]);
  return `\uFEFF${[header, ...rows].map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}
