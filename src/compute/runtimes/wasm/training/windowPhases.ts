/** Where the taps of a window read: forward, and on the way back from the output's gradient to each pixel of the input. */
import type { Size2 } from '../../../../network/network.ts';

export interface WindowShape {
  readonly window: Size2;
  readonly strides: Size2;
  readonly top: number;
  readonly left: number;
  /** Of the maps, `[height, width]`. */
  readonly input: Size2;
  readonly output: Size2;
}

export interface Tap {
  /** Pixels from the place in question, which the strides have multiplied. */
  readonly down: number;
  readonly across: number;
  /** Its place in the window, line by line. */
  readonly index: number;
}

/** Pixels of the input that the same taps reach: every `strides` one from `first` on. */
export interface WindowPhase {
  readonly first: Size2;
  /** How many there are, `[down, across]`. */
  readonly grid: Size2;
  /** In the output's gradient. */
  readonly taps: readonly Tap[];
}

const places = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Of the forward pass. */
export function planTaps({ window: [height, width], top, left }: WindowShape): readonly Tap[] {
  return places(height * width).map((index) => ({
    down: Math.floor(index / width) - top,
    across: (index % width) - left,
    index,
  }));
}

/**
 * The way back of a convolution with strides, taken apart into convolutions without: pixel `y` of the input gets
 * something from line `(y + top − tap) / stride` of the output where that is a whole number, so that pixels with the same
 * remainder share their taps.
 */
export function planPhases(shape: WindowShape): readonly WindowPhase[] {
  const { window, strides, top, left, input } = shape;
  const alongAxis = (axis: 0 | 1, before: number) =>
    places(Math.min(strides[axis], input[axis])).map((first) => ({
      first,
      count: Math.ceil((input[axis] - first) / strides[axis]),
      taps: places(window[axis]).flatMap((tap) => {
        const offset = first + before - tap;
        return offset % strides[axis] === 0 ? [{ tap, offset: offset / strides[axis] }] : [];
      }),
    }));
  const across = alongAxis(1, left);
  return alongAxis(0, top).flatMap((lines) =>
    across.map((columns) => ({
      first: [lines.first, columns.first] as const,
      grid: [lines.count, columns.count] as const,
      taps: lines.taps.flatMap((line) =>
        columns.taps.map((column) => ({
          down: line.offset,
          across: column.offset,
          index: line.tap * window[1] + column.tap,
        })),
      ),
    })),
  );
}
