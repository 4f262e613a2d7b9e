/**
 * Small pictures straight from their bytes into the batch: a crop out of the padded picture, mirrored and normalised, in one
 * pass. What most networks from scratch learn from needs no more, and this way it costs next to nothing.
 */
import type { Preprocessing } from '../../../network/network.ts';
import { asPermutation } from '../pixels.ts';
import type { Changes } from './changes.ts';

export interface Move {
  /** Whole pixels by which what is seen moves to the right. */
  readonly shiftX: number;
  /** Whole pixels by which it moves down. */
  readonly shiftY: number;
  /** Afterwards. */
  readonly flipX: boolean;
  readonly flipY: boolean;
}

export const STILL: Move = { shiftX: 0, shiftY: 0, flipX: false, flipY: false };

/** What changes come to where they are nothing but moves by whole pixels; null where there is more to them. */
export function moveOf({ window, padding, movement, colours, erased }: Changes): Move | null {
  if (window || colours || erased) return null;
  if (movement) {
    const { rotationDegrees, shiftX, shiftY, shearDegrees, zoom } = movement;
    if (rotationDegrees !== 0 || shiftX !== 0 || shiftY !== 0 || shearDegrees !== 0 || zoom !== 1)
      return null;
  }
  return {
    shiftX: padding?.shiftX ?? 0,
    shiftY: padding?.shiftY ?? 0,
    flipX: movement?.flipX ?? false,
    flipY: movement?.flipY ?? false,
  };
}

/**
 * @param pixels holds `[sizePx, sizePx, 3]` from `from` on, 0–255
 * @param out receives `[sizePx, sizePx, 3]` from `to` on; black where nothing is
 */
export type MovedWriter = (
  pixels: Uint8Array,
  from: number,
  move: Move,
  out: Float32Array,
  to: number,
) => void;

/**
 * To the last bit what `cropPadded`, `warp` and `toInputTensorData` come to.
 * @returns null for a preprocessing that mixes colours
 */
export function createMovedWriter(sizePx: number, preprocessing: Preprocessing | null): MovedWriter | null {
  const order = asPermutation(preprocessing?.matrix ?? [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  if (!order) return null;
  const { bias = [] } = preprocessing ?? {};
  const tables = order.map(([, factor], output) =>
    Float32Array.from({ length: 256 }, (_, value) => factor * value + (bias[output] ?? 0)),
  );
  const [first, second, third] = tables as [Float32Array, Float32Array, Float32Array];
  const [i0 = 0, i1 = 1, i2 = 2] = order.map(([input]) => input);

  return (pixels, from, { shiftX, shiftY, flipX, flipY }, out, to) => {
    const step = flipX ? -3 : 3;
    for (let y = 0, at = to; y < sizePx; y++) {
      const sourceY = (flipY ? sizePx - 1 - y : y) - shiftY;
      const isOutside = sourceY < 0 || sourceY >= sizePx;
      let sourceX = (flipX ? sizePx - 1 : 0) - shiftX;
      let source = from + (sourceY * sizePx + sourceX) * 3;
      for (let x = 0; x < sizePx; x++, at += 3, source += step, sourceX += flipX ? -1 : 1) {
        const isBlack = isOutside || sourceX < 0 || sourceX >= sizePx;
        out[at] = first[isBlack ? 0 : (pixels[source + i0] as number)] as number;
        out[at + 1] = second[isBlack ? 0 : (pixels[source + i1] as number)] as number;
        out[at + 2] = third[isBlack ? 0 : (pixels[source + i2] as number)] as number;
      }
    }
  };
}
