/** Moves pixels: rotation, shift, shear, zoom and flips as one affine map, and the crop out of a padded picture. */

/** RGBA `[sizePx, sizePx, 4]`, 0–255, opaque. */
export type Pixels = Uint8ClampedArray<ArrayBuffer>;

export interface Movement {
  /** Clockwise. */
  readonly rotationDegrees: number;
  /** Fractions of the side; positive is to the right. */
  readonly shiftX: number;
  /** Positive is down. */
  readonly shiftY: number;
  /** Upper rows move to the left. */
  readonly shearDegrees: number;
  /** Above 1: what is seen gets larger. */
  readonly zoom: number;
  readonly flipX: boolean;
  readonly flipY: boolean;
}

/** `[a, b, c, d, e, f]`: a point (x, y) comes from (a·x + b·y + c, d·x + e·y + f). In pixels from the corner. */
export type Affine = readonly [number, number, number, number, number, number];

const inRadians = (degrees: number) => (degrees * Math.PI) / 180;

/**
 * Where each point of the moved picture comes from. The picture is flipped, sheared, turned and zoomed about its
 * middle, then shifted; this is the inverse of that.
 */
export function affineOf(movement: Movement, sizePx: number): Affine {
  const { rotationDegrees, shiftX, shiftY, shearDegrees, zoom, flipX, flipY } = movement;
  const cos = Math.cos(inRadians(rotationDegrees)) / zoom;
  const sin = Math.sin(inRadians(rotationDegrees)) / zoom;
  const shear = Math.tan(inRadians(shearDegrees));
  const signX = flipX ? -1 : 1;
  const signY = flipY ? -1 : 1;
  // Turned back: (cos·x + sin·y, cos·y − sin·x); then sheared back: x − shear·y.
  const a = signX * (cos + shear * sin);
  const b = signX * (sin - shear * cos);
  const d = signY * -sin;
  const e = signY * cos;
  const middle = sizePx / 2;
  const x = middle + shiftX * sizePx;
  const y = middle + shiftY * sizePx;
  return [a, b, middle - a * x - b * y, d, e, middle - d * x - e * y];
}

/**
 * The picture seen through an affine map, bilinear between pixel centres. What lies outside repeats the nearest edge
 * pixel (`fill_mode='nearest'` of Keras).
 */
export function warp(pixels: Pixels, sizePx: number, [a, b, c, d, e, f]: Affine): Pixels {
  const out = new Uint8ClampedArray(pixels.length);
  const last = sizePx - 1;
  for (let y = 0, to = 0; y < sizePx; y++) {
    const startX = a * 0.5 + b * (y + 0.5) + c - 0.5;
    const startY = d * 0.5 + e * (y + 0.5) + f - 0.5;
    for (let x = 0; x < sizePx; x++, to += 4) {
      const fromX = Math.min(last, Math.max(0, startX + a * x));
      const fromY = Math.min(last, Math.max(0, startY + d * x));
      const left = fromX | 0;
      const top = fromY | 0;
      const fractionX = fromX - left;
      const fractionY = fromY - top;
      const at = (top * sizePx + left) * 4;
      const right = left < last ? at + 4 : at;
      const below = top < last ? sizePx * 4 : 0;
      const w11 = fractionX * fractionY;
      const w01 = fractionX - w11;
      const w10 = fractionY - w11;
      const w00 = 1 - fractionX - w10;
      for (let channel = 0; channel < 3; channel++) {
        out[to + channel] =
          w00 * (pixels[at + channel] as number) +
          w01 * (pixels[right + channel] as number) +
          w10 * (pixels[at + below + channel] as number) +
          w11 * (pixels[right + below + channel] as number);
      }
      out[to + 3] = 255;
    }
  }
  return out;
}

/**
 * A crop of the picture's own size out of the picture with black around it, as is the custom on CIFAR
 * (He et al. 2016, section 4.2).
 * @param shiftX whole pixels by which what is seen moves to the right
 * @param shiftY whole pixels by which it moves down
 */
export function cropPadded(pixels: Pixels, sizePx: number, shiftX: number, shiftY: number): Pixels {
  // Black, and opaque as every picture here.
  const out = new Uint8ClampedArray(new Uint32Array(sizePx * sizePx).fill(0xff000000).buffer);
  const left = Math.max(0, shiftX);
  const right = Math.min(sizePx, sizePx + shiftX);
  if (left >= right) return out;
  for (let y = Math.max(0, shiftY); y < Math.min(sizePx, sizePx + shiftY); y++) {
    const from = ((y - shiftY) * sizePx - shiftX) * 4;
    out.set(pixels.subarray(from + left * 4, from + right * 4), (y * sizePx + left) * 4);
  }
  return out;
}
