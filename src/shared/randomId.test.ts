import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRandomId } from './randomId.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('createRandomId', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('gives UUIDs, each another', () => {
    const ids = Array.from({ length: 100 }, createRandomId);
    for (const id of ids) expect(id).toMatch(UUID);
    expect(new Set(ids).size).toBe(100);
  });

  it('gives them where the browser has none to give', () => {
    const { crypto } = globalThis;
    vi.stubGlobal('crypto', {
      getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes),
    });
    const ids = Array.from({ length: 100 }, createRandomId);
    for (const id of ids) expect(id).toMatch(UUID);
    expect(new Set(ids).size).toBe(100);
  });
});
