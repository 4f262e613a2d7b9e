/** What the bench of backbones found: milliseconds of a picture, and of a thousand million multiply-adds. */

import { costsOf } from '../../src/network/cost.ts';
import type { NetworkNode } from '../../src/network/network.ts';
import type { Arithmetic } from './options.ts';

/** Products of convolutions and dense layers for one picture, in units of 10⁹: what papers count. */
export function gigaMultiplyAdds(nodes: readonly NetworkNode[]): number {
  const multiplying = new Set(
    nodes.flatMap(({ op, name }) => (op === 'conv2d' || op === 'dense' ? [name] : [])),
  );
  const products = costsOf(nodes).filter(({ name }) => multiplying.has(name));
  return products.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0) / 1e9;
}

export interface BackboneTime {
  readonly id: string;
  readonly arithmetic: Arithmetic;
  readonly gigaMultiplyAdds: number;
  readonly msPerPicture: number;
}

export interface BackboneRow extends BackboneTime {
  readonly msPerGiga: number;
  /** To the baseline's `msPerGiga` in the same arithmetic; null without it. */
  readonly ratio: number | null;
}

/** @param baseline id of the backbone that the others are held to */
export function toRows(times: readonly BackboneTime[], baseline: string): readonly BackboneRow[] {
  const perGiga = (time: BackboneTime) => time.msPerPicture / time.gigaMultiplyAdds;
  return times.map((time) => {
    const base = times.find(({ id, arithmetic }) => id === baseline && arithmetic === time.arithmetic);
    return { ...time, msPerGiga: perGiga(time), ratio: base ? perGiga(time) / perGiga(base) : null };
  });
}

export function toBackbonesTable(rows: readonly BackboneRow[], baseline: string): string {
  const cells = [
    ['backbone', 'arithmetic', 'GMAC', 'ms a picture', 'ms a GMAC', `to ${baseline}`],
    ...rows.map((row) => [
      row.id,
      row.arithmetic,
      row.gigaMultiplyAdds.toFixed(3),
      row.msPerPicture.toFixed(1),
      row.msPerGiga.toFixed(1),
      row.ratio === null ? '' : row.ratio.toFixed(2),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const toLine = (row: readonly string[]) =>
    widths.map((width, i) => (i < 2 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width)));
  return cells.map((row) => toLine(row).join('  ').trimEnd()).join('\n');
}
