import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readPicture } from './readPicture.ts';
import type { SourceFile } from './sources.ts';

/** As a browser that shows no AVIF. */
beforeEach(() => {
  const decode = globalThis.createImageBitmap;
  vi.stubGlobal('createImageBitmap', (blob: Blob, options?: ImageBitmapOptions) =>
    blob.type === 'image/avif'
      ? Promise.reject(new DOMException('The source image could not be decoded.', 'InvalidStateError'))
      : decode(blob, options),
  );
});
afterEach(() => vi.unstubAllGlobals());

const read = (format: 'avif' | 'webp') => {
  const path = `cats/a.${format}`;
  const source: SourceFile = {
    path,
    placement: { className: 'cats', split: null, ignore: false },
    isInArchive: false,
    originalHash: null,
    getBlob: () => Promise.reject(new Error('not asked for')),
  };
  return readPicture(source, new Blob(['x']), { kind: 'picture', format, widthPx: 64, heightPx: 32 });
};

it('does not call a picture broken where the browser shows none of its format', async () => {
  expect(await read('avif')).toEqual({
    kind: 'skipped',
    file: { path: 'cats/a.avif', reason: 'notInThisBrowser', details: { format: 'AVIF' } },
  });
});

it('calls it broken where the browser shows others', async () => {
  expect(await read('webp')).toMatchObject({ file: { reason: 'unreadable' } });
});
