import { describe, expect, it } from 'vitest';
import { ensureBytes, PAGE_BYTES, reservePages } from '../memory.ts';
import { createConstantWriter } from './constants.ts';

const MAX_PAGES = 3;
const createMemory = () => new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });

describe('room in the memory of an engine', () => {
  it('lies behind what is there, in whole pages', () => {
    const memory = createMemory();
    expect(reservePages(memory, 1)).toBe(PAGE_BYTES);
    expect(memory.buffer.byteLength).toBe(2 * PAGE_BYTES);
    ensureBytes(memory, 2 * PAGE_BYTES);
    expect(memory.buffer.byteLength).toBe(2 * PAGE_BYTES);
    ensureBytes(memory, 2 * PAGE_BYTES + 1);
    expect(memory.buffer.byteLength).toBe(3 * PAGE_BYTES);
  });

  it('runs out by name', () => {
    const outOfMemory = expect.objectContaining({ code: 'outOfMemory' });
    expect(() => reservePages(createMemory(), MAX_PAGES * PAGE_BYTES)).toThrow(outOfMemory);
    expect(() => ensureBytes(createMemory(), (MAX_PAGES + 1) * PAGE_BYTES)).toThrow(outOfMemory);
    const writer = createConstantWriter(createMemory(), 0);
    expect(() => writer.reserve(MAX_PAGES * PAGE_BYTES + 1)).toThrow(outOfMemory);
  });
});

describe('createConstantWriter', () => {
  it('keeps equal tables once, and others apart', () => {
    const writer = createConstantWriter(createMemory(), 100);
    const first = writer.table(Int32Array.of(1, 2));
    expect(first).toBe(128);
    expect(writer.table(Int32Array.of(1, 2))).toBe(first);
    const other = writer.table(Int32Array.of(12));
    expect(other).toBe(192);
    expect(writer.end()).toBe(196);
  });
});
