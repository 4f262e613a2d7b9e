/** Weights in the order in which the kernels read them: panels of eight filters, run after run. */

import type { Conv2dNode, Weight } from '../../../../network/network.ts';
import { PANEL } from '../assembly/tileShape.ts';
import { roundUp } from '../memory.ts';
import { CODES_AT_ONCE, TAPS_AT_ONCE } from './assembly/convStep.ts';
import type { MapSpec } from './mapBuffers.ts';

/** Where the kernels find the input of a window: runs of elements that lie one after the other in memory. */
export interface Windowing {
  /** Row and column of each run's first pixel, from the window's corner. */
  readonly taps: readonly (readonly [row: number, column: number])[];
  /** Elements of a run; what has no weight is multiplied by zero. */
  readonly run: number;
  /** Each pixel of a window has a run of its own; else each of its lines has. */
  readonly isByPixel: boolean;
  /** Input channel at which each panel's runs begin; 0 but for grouped convolutions. */
  readonly starts: readonly number[];
  readonly panels: number;
}

/**
 * @param channels that are read
 * @param input map in which they lie, perhaps among others
 */
export function windowingOf(
  node: Conv2dNode,
  channels: number,
  input: Pick<MapSpec, 'channels' | 'stride'>,
  arithmetic: 'int8' | 'float32',
): Windowing {
  const [height, width] = node.kernelSize;
  const panels = Math.ceil(node.filters / PANEL);
  const step = arithmetic === 'int8' ? CODES_AT_ONCE : 1;
  if (node.groups === 1 && channels === input.channels) {
    // The pixels of a window's line lie side by side, whatever fills them up between their channels.
    const taps = Array.from({ length: height }, (_, row) => [row, 0] as const);
    const run = roundUp((width - 1) * input.stride + channels, step);
    return { taps, run, isByPixel: false, starts: new Array<number>(panels).fill(0), panels };
  }
  const spans = Array.from({ length: panels }, (_, panel) => channelSpan(node, channels, panel));
  const run = roundUp(Math.max(...spans.map(([first, end]) => end - first)), step);
  const taps = Array.from(
    { length: height * width },
    (_, tap) => [Math.floor(tap / width), tap % width] as const,
  );
  // A panel of fewer groups begins earlier, so that its run does not end behind its pixel's channels, or behind the last map.
  const end = roundUp(channels, PANEL);
  const starts = spans.map(([first]) => Math.max(Math.min(first, end - run), 0));
  return { taps, run, isByPixel: true, starts, panels };
}

/** Input channels that the filters of a panel read, `[first, end)`. */
function channelSpan(node: Conv2dNode, channels: number, panel: number): readonly [number, number] {
  const perGroup = node.filters / node.groups;
  const inPerGroup = channels / node.groups;
  const firstFilter = panel * PANEL;
  const lastFilter = Math.min(firstFilter + PANEL, node.filters) - 1;
  return [
    Math.floor(firstFilter / perGroup) * inPerGroup,
    (Math.floor(lastFilter / perGroup) + 1) * inPerGroup,
  ];
}

/**
 * Fills `out` (zeros before) with a kernel `[height, width, inPerGroup, filters]`.
 * float32: `[panels, taps, run, 8]`; int8: `[panels, taps, run / 4, 8, 4]`.
 * @param values of the kernel, quantised for int8
 * @param stride elements from pixel to pixel of the input
 */
export function packKernel<Values extends Int8Array | Float32Array>(
  node: Conv2dNode,
  shape: Weight['shape'],
  values: Values,
  windowing: Windowing,
  stride: number,
  out: Values,
): void {
  const { run, taps, starts, isByPixel } = windowing;
  const [height = 1, width = 1, inPerGroup = 1, filters = 1] = shape;
  const panelLength = taps.length * run * PANEL;
  const isCodes = out instanceof Int8Array;
  const perGroup = filters / node.groups;
  let from = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const runStart = isByPixel ? (row * width + column) * run : row * run + column * stride;
      for (let channel = 0; channel < inPerGroup; channel++) {
        for (let filter = 0; filter < filters; filter++, from++) {
          const panel = filter >> 3;
          let place = runStart + channel;
          if (node.groups > 1) {
            place += Math.floor(filter / perGroup) * inPerGroup - (starts[panel] as number);
          }
          const lane = filter & 7;
          const to = isCodes ? ((place >> 2) << 5) + (lane << 2) + (place & 3) : (place << 3) + lane;
          out[panel * panelLength + to] = values[from] as number;
        }
      }
    }
  }
}

/** Taps of a depthwise kernel as the kernels want them: of codes an even number, the last one without weights. */
export function depthwiseTaps(taps: number, arithmetic: 'int8' | 'float32'): number {
  return arithmetic === 'int8' ? roundUp(taps, TAPS_AT_ONCE) : taps;
}

/**
 * Fills `out` (zeros before) with a depthwise kernel `[height, width, 1, filters]`.
 * float32: `[panels, taps, 8]`; int8: `[panels, taps / 2, 8, 2]`.
 */
export function packDepthwise<Values extends Int8Array | Float32Array>(
  values: Values,
  filters: number,
  out: Values,
): void {
  const atOnce = out instanceof Int8Array ? TAPS_AT_ONCE : 1;
  const panelLength = depthwiseTaps(values.length / filters, atOnce === 1 ? 'float32' : 'int8') * PANEL;
  values.forEach((value, from) => {
    const tap = Math.floor(from / filters);
    const filter = from % filters;
    const group = (tap - (tap % atOnce)) * PANEL + (filter & 7) * atOnce + (tap % atOnce);
    out[(filter >> 3) * panelLength + group] = value;
  });
}
