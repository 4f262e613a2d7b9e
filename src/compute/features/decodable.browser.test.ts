import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SourceFile } from '../intake/sources.ts';

/** Each test asks anew: answers are remembered. */
async function load() {
  vi.resetModules();
  const { canDecode } = await import('./decodable.ts');
  const { readPicture } = await import('../intake/readPicture.ts');
  return { canDecode, readPicture };
}

function withoutAvif(): void {
  const decode = globalThis.createImageBitmap;
  vi.stubGlobal('createImageBitmap', (blob: Blob, options?: ImageBitmapOptions) =>
    blob.type === 'image/avif'
      ? Promise.reject(new DOMException('The source image could not be decoded.', 'InvalidStateError'))
      : decode(blob, options),
  );
}

const AVIF = { kind: 'picture', format: 'avif', widthPx: 64, heightPx: 32 } as const;
const source = (path: string): SourceFile => ({
  path,
  placement: { className: 'cats', split: null, ignore: false },
  isInArchive: false,
  originalHash: null,
  getBlob: () => Promise.reject(new Error('not asked for')),
});

beforeEach(() => vi.restoreAllMocks());
afterEach(() => vi.unstubAllGlobals());

describe('canDecode', () => {
  it('is true for what this browser shows', async () => {
    const { canDecode } = await load();
    for (const format of ['avif', 'webp', 'jpeg', 'heic'] as const)
      expect(await canDecode(format)).toBe(true);
  });

  it('is false for what it does not', async () => {
    withoutAvif();
    const { canDecode } = await load();
    expect(await canDecode('avif')).toBe(false);
    expect(await canDecode('webp')).toBe(true);
  });
});

describe('a picture that cannot be decoded', () => {
  it('is not called broken where the browser shows none of its format', async () => {
    withoutAvif();
    const { readPicture } = await load();
    expect(await readPicture(source('cats/a.avif'), new Blob(['whole']), AVIF)).toEqual({
      kind: 'skipped',
      file: { path: 'cats/a.avif', reason: 'notInThisBrowser', details: { format: 'AVIF' } },
    });
  });

  it('is broken where it shows others', async () => {
    const { readPicture } = await load();
    expect(await readPicture(source('cats/a.avif'), new Blob(['no picture']), AVIF)).toMatchObject({
      file: { reason: 'unreadable' },
    });
  });
});
