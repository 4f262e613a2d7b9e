import { describe, expect, it } from 'vitest';
import { averageBlocks, createResampler, createTaps, tapRange } from './resample.ts';

/** All RGBA of a picture given by a formula for its gray value. */
function picture(
  width: number,
  height: number,
  gray: (x: number, y: number) => number,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set([gray(x, y), 255 - gray(x, y), 7, 255], (y * width + x) * 4);
  }
  return rgba;
}

function resample(
  rgba: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
  size: number,
): Uint8ClampedArray {
  const resampler = createResampler(
    createTaps(width, 0, width / size, size),
    createTaps(height, 0, height / size, size),
    0,
  );
  const line = new Float32Array(width * 3);
  for (let y = 0; y < height; y++) {
    averageBlocks(new Uint32Array(rgba.buffer), width, y, 1, 1, line);
    resampler.addLine(y, line);
  }
  return resampler.toPixels();
}

/** The triangle filter by its definition, in double precision and two dimensions at once. */
function exact(
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
  size: number,
  ox: number,
  oy: number,
): number {
  const tent = (distance: number, support: number) => Math.max(0, 1 - Math.abs(distance) / support);
  const [sx, sy] = [width / size, height / size];
  let sum = 0;
  let total = 0;
  for (let y = 0; y < height; y++) {
    const wy = tent(y + 0.5 - (oy + 0.5) * sy, Math.max(1, sy));
    if (wy === 0) continue;
    for (let x = 0; x < width; x++) {
      const weight = wy * tent(x + 0.5 - (ox + 0.5) * sx, Math.max(1, sx));
      sum += weight * (rgba[(y * width + x) * 4] ?? 0);
      total += weight;
    }
  }
  return sum / total;
}

const zonePlate = (x: number, y: number) => 127.5 + 127.5 * Math.cos((x * x + y * y) / 120);

describe('createResampler', () => {
  it.each([
    [200, 150, 23],
    [57, 91, 32],
    [9, 5, 24], // enlarged
    [1, 1, 8],
    [3, 400, 16],
  ])('agrees with the exact filter: %i×%i to %i', (width, height, size) => {
    const rgba = picture(width, height, zonePlate);
    const pixels = resample(rgba, width, height, size);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const difference = (pixels[(y * size + x) * 4] ?? 0) - exact(rgba, width, height, size, x, y);
        expect(Math.abs(difference)).toBeLessThan(0.502);
      }
    }
  });

  it('turns a fine checkerboard into even gray, without a moiré pattern', () => {
    const pixels = resample(
      picture(500, 375, (x, y) => ((x + y) % 2) * 255),
      500,
      375,
      56,
    );
    const reds = pixels.filter((_, index) => index % 4 === 0);
    expect(Math.min(...reds)).toBeGreaterThan(120);
    expect(Math.max(...reds)).toBeLessThan(135);
  });

  it('keeps a picture of the right size as it is, and channels apart', () => {
    const rgba = picture(16, 16, (x, y) => x * 16 + y);
    expect(resample(rgba, 16, 16, 16)).toEqual(rgba);
  });

  it('reads only the rows and columns of a crop', () => {
    const [from, to] = tapRange(createTaps(1000, 400, 1, 200));
    expect(from).toBe(400);
    // One more place, of weight zero: the upper edge of a tent is taken in.
    expect(to).toBe(601);
    expect(tapRange(createTaps(100, 0, 10, 10))).toEqual([0, 100]);
  });
});

describe('averageBlocks', () => {
  it('averages each channel, narrower blocks at the edge too', () => {
    const rgba = new Uint8ClampedArray(5 * 2 * 4).map((_, i) => i * 3);
    const line = new Float32Array(9);
    averageBlocks(new Uint32Array(rgba.buffer), 5, 0, 2, 2, line);
    const mean = (channel: number, columns: number[]) => {
      const values = columns.flatMap((x) => [rgba[x * 4 + channel] ?? 0, rgba[(5 + x) * 4 + channel] ?? 0]);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const blocks = [[0, 1], [2, 3], [4]];
    expect([...line]).toEqual(
      blocks.flatMap((columns) => [0, 1, 2].map((channel) => mean(channel, columns))),
    );
  });

  it('holds the largest block of white without overflow', () => {
    const line = new Float32Array(3);
    averageBlocks(new Uint32Array(256).fill(0xffffffff), 16, 0, 16, 16, line);
    expect([...line]).toEqual([255, 255, 255]);
  });
});
