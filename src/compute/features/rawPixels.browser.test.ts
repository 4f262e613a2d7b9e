import { expect, it } from 'vitest';
import { BMP_TYPE, toBmp } from '../../dataset/binary/bmp.ts';
import { createRandom } from '../../shared/random.ts';
import { decodePicture } from './decode.ts';
import { RESIZE, toInputPixels } from './pixels.ts';
import { readRawPixels } from './rawPixels.ts';

const random = createRandom(3);

function draw(sizePx: number, channels: 1 | 3): Blob {
  const values = new Uint8Array(sizePx * sizePx * channels).map(() => Math.floor(random.next() * 256));
  const strides = { x: channels, y: sizePx * channels, channel: channels === 1 ? 0 : 1 };
  const bytes = toBmp({ widthPx: sizePx, heightPx: sizePx, values, strides });
  return new Blob([bytes], { type: BMP_TYPE });
}

async function decoded(blob: Blob, sizePx: number): Promise<number[]> {
  const bitmap = await decodePicture(blob);
  const pixels = toInputPixels(bitmap, sizePx, RESIZE);
  bitmap.close();
  return [...pixels].filter((_, i) => i % 4 < 3);
}

// With sides whose rows are filled up to whole words, and without.
it.each([5, 28, 32])('gives what decoding gives, to the last bit: %i px', async (sizePx) => {
  const blobs = [draw(sizePx, 3), draw(sizePx, 1), draw(sizePx, 3)];
  const raw = await readRawPixels(blobs, sizePx);
  for (const [i, blob] of blobs.entries()) expect([...(raw[i] ?? [])]).toEqual(await decoded(blob, sizePx));
});

it('leaves others to the decoder, in their places', async () => {
  const own = draw(8, 3);
  const bytes = new Uint8Array(await own.arrayBuffer());
  // The same length, but its lines from the top to the bottom; or compressed.
  const turned = bytes.slice();
  new DataView(turned.buffer).setInt32(22, -8, true);
  const packed = bytes.slice();
  new DataView(packed.buffer).setUint32(30, 1, true);
  const of = (content: Uint8Array<ArrayBuffer>, type = BMP_TYPE) => new Blob([content], { type });
  const blobs = [of(turned), own, draw(9, 3), of(packed), of(bytes, 'image/png'), own];
  const raw = await readRawPixels(blobs, 8);
  expect(raw.map((pixels) => pixels !== null)).toEqual([false, true, false, false, false, true]);
  expect(raw[5]).toEqual(raw[1]);
  expect(await readRawPixels([], 8)).toEqual([]);
});
