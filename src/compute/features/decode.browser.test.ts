import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { AWKWARD_FILES } from '../../testing/fixtures/awkward.ts';
import { awkwardBlob, isSeen, sharedAwkwardBlob } from '../../testing/fixtures/awkwardFolders.ts';
import { decodePicture } from './decode.ts';
import { RESIZE_VERSION, toInputPixels } from './pixels.ts';

const STRETCH = { fit: 'stretch', cropFraction: 1, version: RESIZE_VERSION } as const;

/** Mean RGB of a picture, and how far its darkest and brightest input pixels lie apart. */
async function look(blob: Blob) {
  const bitmap = await decodePicture(blob);
  const { width, height } = bitmap;
  const pixels = toInputPixels(bitmap, 32, STRETCH);
  bitmap.close();
  const mean = [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let i = channel; i < pixels.length; i += 4) sum += pixels[i] ?? 0;
    return Math.round(sum / 1024);
  });
  return {
    width,
    height,
    mean,
    spread: Math.max(...pixels.filter((_, i) => i % 4 < 3)) - Math.min(...pixels),
  };
}

async function blank(width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d');
  return canvas.convertToBlob();
}

async function failure(blob: Blob): Promise<unknown> {
  return decodePicture(blob).then(
    () => null,
    (error: unknown) => (error instanceof AppError ? [error.code, error.details] : error),
  );
}

describe('decodePicture', () => {
  it('puts white where a picture is transparent', async () => {
    const canvas = new OffscreenCanvas(4, 4);
    const context = canvas.getContext('2d');
    if (context) {
      context.fillStyle = 'rgba(255, 0, 0, 0.5)';
      context.fillRect(0, 0, 2, 4);
    }
    const bitmap = await decodePicture(await canvas.convertToBlob());
    const pixels = toInputPixels(bitmap, 4, STRETCH);
    expect([...pixels.slice(8, 12)]).toEqual([255, 255, 255, 255]);
    const [red, green, blue] = pixels;
    expect(red).toBe(255);
    expect(Math.abs((green ?? 0) - 127.5)).toBeLessThan(1.6);
    expect(Math.abs((blue ?? 0) - 127.5)).toBeLessThan(1.6);
  });

  it('does not believe the type of a blob', async () => {
    const png = await blank(5, 3);
    expect(await look(new Blob([png], { type: 'image/jpeg' }))).toMatchObject({ width: 5, height: 3 });
    expect(await look(new Blob([png], { type: 'text/html' }))).toMatchObject({ width: 5, height: 3 });
  });

  it('takes a picture of one pixel and slivers longer than any canvas', async () => {
    // A BMP by hand: 20,000 × 2 black pixels of 24 bits.
    const [width, height] = [20_000, 2];
    const rowBytes = Math.ceil((width * 3) / 4) * 4;
    const view = new DataView(new ArrayBuffer(54 + rowBytes * height));
    view.setUint16(0, 0x424d);
    view.setUint32(2, view.byteLength, true);
    view.setUint32(10, 54, true);
    view.setUint32(14, 40, true);
    view.setInt32(18, width, true);
    view.setInt32(22, height, true);
    view.setUint16(26, 1, true);
    view.setUint16(28, 24, true);
    expect(await look(new Blob([view.buffer]))).toMatchObject({ height: 2, mean: [0, 0, 0], spread: 0 });
    expect(await look(await blank(1, 1))).toMatchObject({ width: 1, height: 1 });
  });

  it('names what it cannot read', async () => {
    expect(await failure(new Blob([]))).toEqual(['pictureUnreadable', {}]);
    expect(await failure(new Blob(['text']))).toEqual(['pictureUnreadable', {}]);
    const png = await blank(50, 30);
    expect(await failure(png.slice(0, 40))).toEqual(['pictureUnreadable', {}]);
    const bytes = new Uint8Array(await png.arrayBuffer());
    new DataView(bytes.buffer).setUint32(16, 60_000);
    new DataView(bytes.buffer).setUint32(20, 60_000);
    expect(await failure(new Blob([bytes]))).toEqual([
      'pictureTooLarge',
      { width: 60_000, height: 60_000, limit: 120_000_000 },
    ]);
  });
});

/** Colours in the middles of the four quarters, row by row. */
function quartersOf(bitmap: ImageBitmap): number[][] {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  return [1, 3].flatMap((row) =>
    [1, 3].map((column) => {
      const [x, y] = [Math.floor((width * column) / 4), Math.floor((height * row) / 4)];
      return [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
    }),
  );
}

/** What the lossy formats may change of a flat colour. */
const LOSS = 4;

describe('decodePicture on our own awkward files', () => {
  const readable = AWKWARD_FILES.flatMap(({ path, content, reading }) =>
    isSeen(reading) ? [{ path, content, reading }] : [],
  );
  it.each(readable)('decodes $path', async ({ content, reading }) => {
    const bitmap = await decodePicture(await awkwardBlob(content));
    const { width, height } = bitmap;
    const quarters = quartersOf(bitmap);
    bitmap.close();
    expect([width, height]).toEqual([reading.widthPx, reading.heightPx]);
    const differences = quarters.map((colour, i) =>
      colour.map((value, channel) => Math.abs(value - (reading.quarters[i]?.[channel] ?? Number.NaN))),
    );
    expect(Math.max(...differences.flat()), JSON.stringify(quarters)).toBeLessThanOrEqual(LOSS);
  });

  const refused = AWKWARD_FILES.filter(
    ({ reading }) => !isSeen(reading) && reading !== 'hidden' && reading !== 'drawn',
  );
  it.each(refused)('refuses $path: $reading', async ({ content, reading }) => {
    const code = reading === 'tooLarge' ? 'pictureTooLarge' : 'pictureUnreadable';
    expect(await failure(await awkwardBlob(content))).toEqual([code, expect.anything()]);
  });
});

async function shared(path: string): Promise<Blob> {
  const blob = await sharedAwkwardBlob(path);
  if (!blob) throw new Error(`no ${path} in the awkward folder beside the repository`);
  return blob;
}
const hasShared = (await sharedAwkwardBlob('cats/gray.jpg')) !== null;

function describeShared() {
  // All are one and the same colourful pattern, whose mean is middle gray.
  it.each([
    ['bitmap.bmp', 320, 240],
    ['cmyk.jpg', 320, 240],
    ['exif-rotated.jpg', 240, 320],
    ['gray-alpha.png', 320, 240],
    ['gray.jpg', 320, 240],
    ['iphone.heic', 64, 48],
    ['palette.gif', 320, 240],
    ['photo.webp', 320, 240],
    ['progressive.JPEG', 320, 240],
    ['rgba.png', 320, 240],
    ['sixteen-bit.png', 64, 64],
    ['sliver.png', 3000, 2],
  ])('decodes %s', async (name, width, height) => {
    const seen = await look(await shared(`cats/${name}`));
    expect([seen.width, seen.height]).toEqual([width, height]);
    for (const mean of seen.mean) expect(Math.abs(mean - 128)).toBeLessThanOrEqual(3);
    expect(seen.spread).toBeGreaterThan(100);
  });

  it('refuses what is cut off rather than learning from its gray rest', async () => {
    expect(await failure(await shared('dogs & <b>wolves<b>/truncated.jpg'))).toEqual([
      'pictureUnreadable',
      {},
    ]);
  });
}

// No more than an extra: our own files are held to the same, on every clone.
if (hasShared) describe('decodePicture on the awkward folder beside the repository', describeShared);
