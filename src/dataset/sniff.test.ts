import { describe, expect, it } from 'vitest';
import { isDatasetLike } from './registry.ts';
import { MAX_PIXELS, sniff } from './sniff.ts';

const bytes = (...parts: (string | readonly number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : [...part])),
  );
const u16le = (n: number) => [n & 255, (n >> 8) & 255];
const u32be = (n: number) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const u32le = (n: number) => u32be(n).reverse();

const png = (width: number, height: number) =>
  bytes('\x89PNG\r\n\x1a\n', u32be(13), 'IHDR', u32be(width), u32be(height), [8, 2, 0, 0, 0], u32be(0));
const gif = (width: number, height: number) => bytes('GIF89a', u16le(width), u16le(height), [0, 0, 0]);
const bmp = (width: number, height: number) =>
  bytes('BM', u32le(0), u32le(0), u32le(54), u32le(40), u32le(width), u32le(height), u32le(0));
/** Markers only: APP1 of any length, then the frame header. */
const jpeg = (width: number, height: number, appBytes = 16) => {
  const apps: number[] = [];
  for (let left = appBytes; left > 0; left -= 65_000) {
    const length = Math.min(left, 65_000);
    apps.push(0xff, 0xe2, (length + 2) >> 8, (length + 2) & 255, ...new Array<number>(length).fill(0x41));
  }
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return bytes([0xff, 0xd8], apps, [0xff, 0xc0, 0, 17, 8], size, new Array<number>(40).fill(3));
};
const box = (type: string, ...content: (string | readonly number[])[]): number[] => {
  const body = [...bytes(...content)];
  return [...u32be(body.length + 8), ...bytes(type), ...body];
};
const heif = (brand: string, compatible: string, width: number, height: number) => {
  const ispe = box('ispe', u32be(0), u32be(width), u32be(height));
  const meta = box('meta', u32be(0), box('iprp', box('ipco', ispe)));
  return bytes(box('ftyp', brand, u32be(0), compatible), meta);
};

async function sniffBytes(content: Uint8Array<ArrayBuffer>) {
  return sniff(new Blob([content]));
}

describe('sniff', () => {
  it.each([
    ['png', png(300, 200)],
    ['gif', gif(300, 200)],
    ['bmp', bmp(300, 200)],
    ['jpeg', jpeg(300, 200)],
    ['jpeg', jpeg(300, 200, 400_000)], // its size stands behind a large colour profile
    ['heic', heif('heic', 'mif1heic', 300, 200)],
    ['heic', heif('mif1', 'heic', 300, 200)],
    ['avif', heif('avif', 'mif1', 300, 200)],
    ['avif', heif('mif1', 'miafavif', 300, 200)],
    ['avif', heif('avis', 'mif1', 300, 200)],
  ])('measures %s', async (format, content) => {
    expect(await sniffBytes(content)).toEqual({ kind: 'picture', format, widthPx: 300, heightPx: 200 });
  });

  it.each(['<svg xmlns="x">', '\ufeff<?xml version="1.0"?>\n<!-- <html> -->\n<!DOCTYPE svg>\n<svg:svg>'])(
    'knows SVG: %s',
    async (text) => {
      expect(await sniff(new Blob([text]))).toMatchObject({ kind: 'picture', format: 'svg' });
    },
  );

  it.each([
    ['TIFF', bytes('II*\0', u32le(8))],
    ['TIFF', bytes('MM\0*', u32be(8))],
    ['Canon RAW', bytes('II*\0', u32le(16), 'CR')],
    ['Canon RAW', bytes(box('ftyp', 'crx ', u32be(1)))],
    ['Photoshop', bytes('8BPS', [0, 1])],
    ['ICO', bytes([0, 0, 1, 0, 1, 0])],
    ['JPEG XL', bytes([0xff, 0x0a, 0x7f])],
    ['JPEG 2000', bytes('\0\0\0\x0cjP  \r\n\x87\n')],
    ['PNM', bytes('P6\n3 2\n255\n')],
    ['DICOM', bytes(new Array<number>(128).fill(0), 'DICM')],
  ])('names %s as a format it cannot read', async (format, content) => {
    expect(await sniffBytes(content)).toEqual({
      kind: 'skip',
      reason: 'unsupportedFormat',
      details: { format },
    });
  });

  it.each([
    'just a text',
    'BMW is a car maker, not a bitmap file',
    '<html><svg></svg></html>',
    '%PDF-1.7',
    'II',
    'P',
  ])('takes %j for no picture', async (text) => {
    expect(await sniff(new Blob([text]))).toMatchObject({ kind: 'skip', reason: 'notAPicture' });
  });

  it('tells data sets from pictures for those who ask', async () => {
    const zip = (name: string) =>
      new Blob([bytes('PK\x03\x04', new Array<number>(22).fill(0), u16le(name.length), u16le(0), name)]);
    const notAPicture = { kind: 'skip', reason: 'notAPicture' };
    expect(await sniff(zip('cats/1.jpg'), isDatasetLike)).toEqual({ kind: 'archive' });
    expect(await sniff(zip('cats/1.jpg'))).toMatchObject(notAPicture);
    expect(await sniff(zip('[Content_Types].xml'), isDatasetLike)).toMatchObject(notAPicture);
  });

  it('refuses what claims too many pixels, and takes what is just below', async () => {
    expect(await sniffBytes(png(60_000, 60_000))).toEqual({
      kind: 'skip',
      reason: 'tooLarge',
      details: { width: 60_000, height: 60_000, limit: MAX_PIXELS },
    });
    expect(await sniffBytes(jpeg(65_500, 65_500))).toMatchObject({ reason: 'tooLarge' });
    expect(await sniffBytes(gif(65_535, 65_535))).toMatchObject({ reason: 'tooLarge' });
    expect(await sniffBytes(bmp(100_000, 100_000))).toMatchObject({ reason: 'tooLarge' });
    expect(await sniffBytes(heif('heic', 'mif1', 50_000, 50_000))).toMatchObject({ reason: 'tooLarge' });
    expect(await sniffBytes(png(12_000, 10_000))).toMatchObject({ kind: 'picture' });
  });

  it('tells empty from broken', async () => {
    expect(await sniff(new Blob([]))).toMatchObject({ kind: 'skip', reason: 'empty' });
    expect(await sniffBytes(jpeg(300, 200).slice(0, 12))).toMatchObject({
      kind: 'skip',
      reason: 'unreadable',
    });
    expect(await sniffBytes(png(0, 200))).toMatchObject({ kind: 'skip', reason: 'unreadable' });
  });
});
