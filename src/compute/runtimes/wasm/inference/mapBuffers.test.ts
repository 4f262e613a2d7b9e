import { describe, expect, it } from 'vitest';
import { createBufferPool, dumpOffset, type MapSpec, mapBytes, offsetOf, strideOf } from './mapBuffers.ts';

const spec: MapSpec = {
  height: 3,
  width: 4,
  channels: 5,
  stride: 8,
  elementBytes: 4,
  border: { top: 1, bottom: 2, left: 3, right: 0 },
};

describe('a map', () => {
  it('has room for eight channels at a time', () => {
    expect([1, 7, 8, 9, 64].map((channels) => strideOf(channels, 4))).toEqual([8, 8, 8, 16, 64]);
  });

  it('never has pixels a whole cache page apart', () => {
    for (const bytes of [1, 4] as const)
      for (const channels of [1024, 2048, 4096, 8192])
        expect((strideOf(channels, bytes) * bytes) % 4096).not.toBe(0);
  });

  it('begins with its border', () => {
    expect(offsetOf(spec, -1, -3)).toBe(0);
    expect(offsetOf(spec, 0, 0)).toBe((7 + 3) * 32);
    expect(offsetOf(spec, 2, 3)).toBe((3 * 7 + 6) * 32);
  });

  it('has its dump behind the lower border and within its bytes', () => {
    expect(dumpOffset(spec)).toBeGreaterThanOrEqual(offsetOf(spec, 4, 3) + 32);
    expect(mapBytes(spec)).toBeGreaterThanOrEqual(dumpOffset(spec) + 32);
  });
});

describe('the pool of buffers', () => {
  it('gives a buffer again once it is free, and no sooner', () => {
    const pool = createBufferPool();
    const first = pool.acquire(spec);
    const second = pool.acquire(spec);
    expect(second).not.toBe(first);
    pool.release(first);
    expect(pool.acquire(spec)).toBe(first);
    expect(pool.specs).toHaveLength(2);
  });

  it.each<[string, Partial<MapSpec>]>([
    ['height', { height: 4 }],
    ['stride', { stride: 16 }],
    ['channels', { channels: 4 }],
    ['kind', { elementBytes: 1 }],
    ['border', { border: { ...spec.border, right: 1 } }],
  ])('never to a map of another %s', (_, change) => {
    const pool = createBufferPool();
    pool.release(pool.acquire(spec));
    const other = { ...spec, ...change };
    expect(pool.acquire(other)).toBe(1);
    expect(pool.specs[1]).toEqual(other);
  });
});
