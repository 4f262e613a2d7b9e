/** What became of ten pictures that each backbone was to learn by heart. */
import type { Overfit } from '../../src/testing/training/overfitResult.ts';

export function toGradientsTable(rows: readonly Overfit[]): string {
  const cells = [
    ['backbone', 'learned', 'steps', 'loss', 'ms a step'],
    ...rows.map((row) => [
      row.id,
      `${Math.round(row.accuracy * 100)} %`,
      String(row.steps),
      row.loss.toFixed(3),
      row.msPerStep.toFixed(0),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
