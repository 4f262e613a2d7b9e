/** What came of the checks, as a table for a terminal and for the papers. */

export interface Outcome {
  /** Of the browser. */
  readonly title: string;
  readonly check: string;
  readonly isRight: boolean;
  readonly seconds: number;
  /** A figure, or what was wrong. */
  readonly said: string;
}

const toCell = (text: string) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 200);

/** In Markdown, a row for each outcome. */
export function toTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ title, check, isRight, seconds, said }) => [
    title,
    check,
    isRight ? 'yes' : 'NO',
    `${seconds.toFixed(0)} s`,
    toCell(said),
  ]);
  const table = [['browser', 'check', 'works', 'time', 'figure'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const toLine = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = table;
  return [
    toLine(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...body.map(toLine),
  ].join('\n');
}
