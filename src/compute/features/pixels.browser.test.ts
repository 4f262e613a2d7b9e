import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { RESIZE_VERSION, toInputPixels, toInputTensorData } from './pixels.ts';

const STRETCH = { fit: 'stretch', cropFraction: 1, version: RESIZE_VERSION } as const;

/** A gray picture by a formula, 0–255. */
async function picture(width: number, height: number, gray: (x: number, y: number) => number) {
  const image = new ImageData(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      image.data.fill(gray(x, y), i, i + 3);
      image.data[i + 3] = 255;
    }
  }
  return createImageBitmap(image);
}

const zonePlate = (x: number, y: number) => 127.5 + 127.5 * Math.cos((x * x + y * y) / 900);

/** One output of the triangle filter by its definition, in double precision. */
function exact(width: number, height: number, size: number, ox: number, oy: number): number {
  const tent = (distance: number, support: number) => Math.max(0, 1 - Math.abs(distance) / support);
  const [sx, sy] = [width / size, height / size];
  let [sum, total] = [0, 0];
  for (let y = Math.max(0, Math.floor((oy - 1) * sy)); y < Math.min(height, (oy + 2) * sy); y++) {
    for (let x = Math.max(0, Math.floor((ox - 1) * sx)); x < Math.min(width, (ox + 2) * sx); x++) {
      const weight = tent(x + 0.5 - (ox + 0.5) * sx, sx) * tent(y + 0.5 - (oy + 0.5) * sy, sy);
      sum += weight * Math.round(zonePlate(x, y));
      total += weight;
    }
  }
  return sum / total;
}

describe('toInputPixels', () => {
  // Up to sixfold the filter is exact. Beyond, blocks are averaged first; a canvas of quality `high` is off by
  // 48 at most and 5.2 in the root mean square on the same zone plate, which is the hardest picture there is.
  it.each([
    [1200, 900, 1, 0.5],
    [2000, 1500, 16, 2],
  ])(
    'shrinks %i×%i to 224 as the exact antialiased filter does',
    async (width, height, most, rootMeanSquare) => {
      const pixels = toInputPixels(await picture(width, height, zonePlate), 224, STRETCH);
      const errors: number[] = [];
      for (let oy = 1; oy < 224; oy += 7) {
        for (let ox = 1; ox < 224; ox += 7) {
          errors.push(Math.abs((pixels[(oy * 224 + ox) * 4] ?? 0) - exact(width, height, 224, ox, oy)));
        }
      }
      expect(Math.max(...errors)).toBeLessThan(most);
      expect(Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length)).toBeLessThan(
        rootMeanSquare,
      );
      expect(pixels.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
    },
  );

  it('turns a checkerboard of single pixels into even gray', async () => {
    const pixels = toInputPixels(await picture(2000, 1500, (x, y) => ((x + y) % 2) * 255), 224, STRETCH);
    const grays = pixels.filter((_, i) => i % 4 === 0);
    expect(Math.min(...grays)).toBeGreaterThan(125);
    expect(Math.max(...grays)).toBeLessThan(130);
  });

  it('leaves a picture of the right size as it is', async () => {
    const pixels = toInputPixels(await picture(64, 64, (x, y) => x + y), 64, STRETCH);
    expect(pixels[(10 * 64 + 20) * 4]).toBe(30);
  });

  it('crops the middle: the part that is kept and nothing of the rest', async () => {
    const bitmap = await picture(400, 100, (x) => (x >= 150 && x < 250 ? 200 : 0));
    const pixels = toInputPixels(bitmap, 50, { fit: 'centerCrop', cropFraction: 1, version: RESIZE_VERSION });
    // The filter reaches one output pixel beyond the crop's edge, as a resize before a crop does.
    for (let x = 1; x < 49; x++) expect(pixels[(25 * 50 + x) * 4]).toBe(200);
    const half = toInputPixels(bitmap, 50, { fit: 'centerCrop', cropFraction: 0.5, version: RESIZE_VERSION });
    expect(Math.min(...half.filter((_, i) => i % 4 === 0))).toBe(200);
  });

  it('reads pictures that are wider than a tile', async () => {
    const pixels = toInputPixels(await picture(9000, 3, (x) => (x < 4500 ? 10 : 250)), 16, STRETCH);
    expect([...pixels.filter((_, i) => i % 4 === 0).slice(0, 16)]).toEqual([
      ...new Array<number>(7).fill(10),
      ...[expect.closeTo(40, -1.4), expect.closeTo(220, -1.4)],
      ...new Array<number>(7).fill(250),
    ]);
  });

  it('refuses numbers of another version, and closed bitmaps', async () => {
    const bitmap = await picture(8, 8, () => 0);
    expect(() => toInputPixels(bitmap, 8, { ...STRETCH, version: 99 })).toThrow(AppError);
    bitmap.close();
    expect(() => toInputPixels(bitmap, 8, STRETCH)).toThrow(AppError);
  });
});

describe('toInputTensorData', () => {
  const pixels = new Uint8ClampedArray([10, 20, 30, 255, 0, 128, 255, 255]);

  it('reorders and scales, behind an offset', () => {
    const out = new Float32Array(7);
    const matrix = [0, 0, 1, 0, 1, 0, 1, 0, 0];
    toInputTensorData(pixels, { matrix, bias: [-103.939, -116.779, -123.68] }, out, 1);
    const expected = [0, 30 - 103.939, 20 - 116.779, 10 - 123.68, 255 - 103.939, 128 - 116.779, -123.68];
    expect([...out]).toEqual(expected.map((value) => expect.closeTo(value, 3)));
  });

  it('mixes channels', () => {
    const out = new Float32Array(6);
    toInputTensorData(pixels, { matrix: [0.5, 0.25, 0, 0, 1, -1, 2, 0, 0.1], bias: [1, 2, 3] }, out, 0);
    expect([...out]).toEqual([11, -8, 26, 33, -125, 28.5].map((value) => expect.closeTo(value, 4)));
  });

  it('leaves the channels as they are where there is no preprocessing', () => {
    const out = new Float32Array(6);
    toInputTensorData(pixels, null, out, 0);
    expect([...out]).toEqual([10, 20, 30, 0, 128, 255]);
  });
});
