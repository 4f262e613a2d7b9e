/** The pictures that models are checked with: drawn, not square, and cut and resized as the app does it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import {
  averageBlocks,
  blockSide,
  createResampler,
  createTaps,
} from '../../src/compute/features/resample.ts';
import { createRandom } from '../../src/shared/random.ts';

export interface DrawnPicture {
  readonly png: Blob;
  readonly widthPx: number;
  readonly heightPx: number;
  /** RGBA, `[heightPx, widthPx, 4]`, opaque. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly classIndex: number;
}

/** Each is a shape in one of two colours, anywhere and of any size, among discs of other colours. */
export const CLASS_COUNT = 10;
const SHAPES: readonly ((x: number, y: number, r: number) => string)[] = [
  (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"`,
  (x, y, r) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"`,
  (x, y, r) => `<path d="M${x} ${y - r}L${x + r} ${y + r}L${x - r} ${y + r}Z"`,
  (x, y, r) => `<rect x="${x - 2 * r}" y="${y - r / 3}" width="${4 * r}" height="${(2 * r) / 3}"`,
  (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}" fill-opacity="0" stroke-width="${r / 2}"`,
];
const COLOURS = [
  [220, 40, 40],
  [40, 70, 220],
] as const;
const DISCS = 4;
/** Landscape, portrait, square, and one that is enlarged; sides in pixels. */
const SIZES: readonly (readonly [number, number])[] = [
  [640, 427],
  [300, 400],
  [500, 500],
  [333, 251],
  [150, 61],
];

export async function startDrawing(): Promise<void> {
  const require = createRequire(import.meta.url);
  await initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
}

/** Of the classes in turns; the same seed draws the same ones. */
export function drawPictures(count: number, seed: number): readonly DrawnPicture[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const [widthPx = 0, heightPx = 0] = SIZES[index % SIZES.length] ?? [];
    return drawPicture(index % CLASS_COUNT, widthPx, heightPx, () => random.next());
  });
}

function drawPicture(
  classIndex: number,
  widthPx: number,
  heightPx: number,
  random: () => number,
): DrawnPicture {
  const shorterPx = Math.min(widthPx, heightPx);
  const discs = Array.from({ length: DISCS }, () => {
    const grey = Math.floor(120 + 120 * random());
    const place = `cx="${widthPx * random()}" cy="${heightPx * random()}" r="${0.15 * shorterPx * random()}"`;
    return `<circle ${place} fill="rgb(${grey},${grey},${grey})"/>`;
  });
  const colour = (COLOURS[classIndex % 2] ?? COLOURS[0])
    .map((level) => level + Math.floor(30 * random()))
    .join();
  // In the middle square, and whole.
  const [x, y] = [widthPx, heightPx].map((px) => px / 2 + 0.2 * shorterPx * (random() - 0.5));
  const shape = SHAPES[classIndex >> 1]?.(x ?? 0, y ?? 0, shorterPx * (0.12 + 0.08 * random())) ?? '';
  const size = `width="${widthPx}" height="${heightPx}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect ${size} fill="#fff"/>${discs.join('')}${shape} fill="rgb(${colour})" stroke="rgb(${colour})"/></svg>`;
  const drawn = new Resvg(svg).render();
  const [pixels, png] = [new Uint8Array(drawn.pixels), new Uint8Array(drawn.asPng())];
  drawn.free();
  return { png: new Blob([png]), widthPx, heightPx, pixels, classIndex };
}

/** The middle square of a picture as a network sees it: `[sizePx, sizePx, 3]`, 0–255. As `pixels.ts` does it from bitmaps. */
export function toModelPixels(
  { pixels, widthPx, heightPx }: DrawnPicture,
  sizePx: number,
  cropFraction: number,
): Float32Array<ArrayBuffer> {
  const kept = Math.min(widthPx, heightPx) * cropFraction;
  const scale = kept / sizePx;
  const block = blockSide(scale);
  const tapsOf = (sidePx: number) =>
    createTaps(Math.ceil(sidePx / block), (sidePx - kept) / 2 / block, scale / block, sizePx);
  const resampler = createResampler(tapsOf(widthPx), tapsOf(heightPx), 0);
  const line = new Float32Array(3 * Math.ceil(widthPx / block));
  const colours = new Uint32Array(pixels.buffer);
  for (let row = 0; row < heightPx; row += block) {
    averageBlocks(colours, widthPx, row, Math.min(block, heightPx - row), block, line);
    resampler.addLine(row / block, line);
  }
  return Float32Array.from(resampler.toPixels().filter((_value, at) => at % 4 !== 3));
}
