import { describe, expect, it } from 'vitest';
import type { Conv2dNode } from '../../../../network/network.ts';
import { conv } from '../../../../network/nodeBuilders.ts';
import { PANEL } from '../assembly/tileShape.ts';
import { CODES_AT_ONCE } from './assembly/convStep.ts';
import { strideOf } from './mapBuffers.ts';
import { packKernel, windowingOf } from './pack.ts';

type Shape = readonly [channels: number, filters: number, groups: number, kernel: number];
const SHAPES: readonly Shape[] = [
  [1, 1, 1, 3],
  [3, 9, 1, 7],
  [5, 8, 1, 2],
  [17, 20, 1, 1],
  [6, 14, 2, 3],
  [12, 20, 4, 2],
  [192, 9, 3, 1],
  [5, 20, 5, 3],
  [17, 17, 17, 3],
];
const CASES = SHAPES.flatMap((shape) =>
  (['int8', 'float32'] as const).map((arithmetic) => [...shape, arithmetic] as const),
);

function windowFor([channels, filters, groups, kernel, arithmetic]: (typeof CASES)[number]) {
  const node: Conv2dNode = conv('c', 'in', filters, kernel, { groups });
  const bytes = arithmetic === 'int8' ? 1 : 4;
  const stride = strideOf(channels, bytes);
  return { node, bytes, stride, windowing: windowingOf(node, channels, { channels, stride }, arithmetic) };
}

describe.each(CASES)('%i channels to %i in %i groups, %i×, %s', (...args) => {
  const [channels, filters, groups, kernel] = args;
  const { node, bytes, stride, windowing } = windowFor(args);
  const { taps, run, starts, panels } = windowing;

  it('has runs of whole steps that stay within the pixels of the window', () => {
    expect(panels).toBe(Math.ceil(filters / PANEL));
    expect(starts).toHaveLength(panels);
    // A step takes four codes, or one float, to all lanes.
    expect((run * bytes) % CODES_AT_ONCE).toBe(0);
    const pixels = groups === 1 ? kernel : 1;
    for (const start of starts) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(start + run).toBeLessThanOrEqual(pixels * stride);
    }
    for (const [row, column] of taps) {
      expect(row).toBeLessThan(kernel);
      expect(column + pixels).toBeLessThanOrEqual(kernel);
    }
  });

  it('puts each weight where its filter meets its input, and zeros elsewhere', () => {
    const inPerGroup = channels / groups;
    const size = kernel * kernel * inPerGroup * filters;
    const length = panels * taps.length * run * PANEL;
    const isCodes = bytes === 1;
    const create = (of: number) => (isCodes ? new Int8Array(of) : new Float32Array(of));
    // Prime to the sizes around it, so that two weights that change places show.
    const values = create(size).map((_, i) => (i % 101) + 1);
    const packed = create(length);
    const shape = [kernel, kernel, inPerGroup, filters];
    packKernel<Int8Array | Float32Array>(node, shape, values, windowing, stride, packed);

    const unseen = packed.slice();
    for (let i = 0; i < size; i++) {
      const filter = i % filters;
      const channel = Math.floor(i / filters) % inPerGroup;
      const column = Math.floor(i / (filters * inPerGroup)) % kernel;
      const row = Math.floor(i / (filters * inPerGroup * kernel));
      const panel = Math.floor(filter / PANEL);
      const read = channel + Math.floor(filter / (filters / groups)) * inPerGroup;
      // Find the element of the run that lies where this weight's input does.
      const tap = taps.findIndex(([y, x]) => y === row && (groups === 1 || x === column));
      const place = (column - (taps[tap]?.[1] ?? 0)) * stride + read - (starts[panel] ?? 0);
      const at = (panel * taps.length + tap) * run + place;
      const lane = filter % PANEL;
      const address = isCodes ? Math.floor(at / 4) * 4 * PANEL + lane * 4 + (at % 4) : at * PANEL + lane;
      if (packed[address] !== values[i]) expect.fail(`weight ${i} is not at ${address}`);
      unseen[address] = 0;
    }
    expect(unseen.every((value) => value === 0)).toBe(true);
  });
});
