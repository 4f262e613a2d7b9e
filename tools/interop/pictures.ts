/** The pictures that models are checked with: drawn, not square, and cut and resized as the app does it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import {
  averageBlocks,
  blockSide,
  createResampler,
  createTaps,
} from '../../src/compute/features/resample.ts';
import { createRandom } from '../../src/shared/random.ts';
import { readContent } from '../../src/testing/formats/mutatedModelZips.ts';
import { SAMPLES_DIR } from '../paths.ts';

export interface DrawnPicture {
  readonly png: Blob;
  readonly widthPx: number;
  readonly heightPx: number;
  /** RGBA, `[heightPx, widthPx, 4]`, opaque. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

const DISCS = 14;
/** Their pictures are drawn in the middle of such a sheet. */
const SAMPLE_SIZE = [320, 240] as const;
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

/** Discs of all colours, always the same. */
export function drawPictures(): readonly DrawnPicture[] {
  const random = createRandom(5);
  return SIZES.map(([widthPx, heightPx]) => {
    const discs = Array.from({ length: DISCS }, () => {
      const [x, y, radius] = [
        widthPx * random.next(),
        heightPx * random.next(),
        0.3 * heightPx * random.next(),
      ];
      const colour = [0, 1, 2].map(() => Math.floor(256 * random.next())).join();
      return `<circle cx="${x}" cy="${y}" r="${radius}" fill="rgb(${colour})"/>`;
    });
    return draw(widthPx, heightPx, discs.join(''));
  });
}

/** Every so many of the sample set that set-up has drawn. */
export async function readSamplePictures(count: number): Promise<readonly DrawnPicture[]> {
  const zip = await readContent(new Blob([await readFile(join(SAMPLES_DIR, 'emoji.zip'))]));
  const files = [...zip].filter(([name]) => name.endsWith('.png')).map(([, bytes]) => bytes);
  const step = Math.floor(files.length / count);
  return files
    .filter((_file, index) => index % step === 0)
    .slice(0, count)
    .map((bytes) => {
      const address = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
      const size = `width="${SAMPLE_SIZE[0]}" height="${SAMPLE_SIZE[1]}"`;
      return draw(...SAMPLE_SIZE, `<image ${size} href="${address}"/>`);
    });
}

function draw(widthPx: number, heightPx: number, content: string): DrawnPicture {
  const size = `width="${widthPx}" height="${heightPx}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect ${size} fill="#fff"/>${content}</svg>`;
  const drawn = new Resvg(svg).render();
  const [pixels, png] = [new Uint8Array(drawn.pixels), new Uint8Array(drawn.asPng())];
  drawn.free();
  return { png: new Blob([png]), widthPx, heightPx, pixels };
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
