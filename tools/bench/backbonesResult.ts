/** What the bench of backbones found: milliseconds of a picture, and of a thousand million multiply-adds. */
import type { NetworkNode } from '../../src/network/network.ts';
import { inferShapes, sizeOf } from '../../src/network/shapes.ts';
import type { Arithmetic } from './options.ts';

/** Products of convolutions and dense layers for one example, in units of 10⁹: what papers count. */
export function gigaMultiplyAdds(nodes: readonly NetworkNode[]): number {
  const shapes = inferShapes(nodes);
  const products = nodes.reduce((sum, node) => {
    const channels = shapes.get(node.inputs[0] ?? '')?.at(-1) ?? 0;
    const outputs = sizeOf(shapes.get(node.name) ?? []);
    if (node.op === 'dense') return sum + outputs * channels;
    if (node.op !== 'conv2d') return sum;
    return sum + (outputs * node.kernelSize[0] * node.kernelSize[1] * channels) / node.groups;
  }, 0);
  return products / 1e9;
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
