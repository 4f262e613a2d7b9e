import { describe, expect, it } from 'vitest';
import { sha256Hex, sha256HexInScript } from './sha256.ts';

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 131 + (index >> 8)) & 0xff);
}

/** The platform's own, to compare with. */
async function expectedHex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

describe('sha256Hex', () => {
  // Every length around the edges of a 64-byte block, where the padding changes shape.
  it.each([0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 100_000])(
    'hashes %i bytes',
    async (length) => {
      const bytes = pattern(length);
      const expected = await expectedHex(bytes);
      expect(sha256HexInScript(bytes)).toBe(expected);
      expect(await sha256Hex(bytes)).toBe(expected);
    },
  );

  it('hashes a view that starts inside its buffer', async () => {
    const view = pattern(1_000).subarray(13, 500);
    expect(sha256HexInScript(view)).toBe(await expectedHex(view));
  });
});
