import { describe, expect, it } from 'vitest';
import { poolSizeOf } from './poolSize.ts';

describe('poolSizeOf', () => {
  it('gives a GPU one worker', () => {
    expect(poolSizeOf('webgpu', { cores: 16, memoryGib: 8 })).toBe(1);
  });

  it('gives WASM one worker a core, as far as memory reaches and heat allows', () => {
    expect(poolSizeOf('wasm', { cores: 2, memoryGib: 8 })).toBe(2);
    expect(poolSizeOf('wasm', { cores: 32, memoryGib: 8 })).toBe(8);
    expect(poolSizeOf('wasm', { cores: 8, memoryGib: 2 })).toBe(2);
    expect(poolSizeOf('wasm', { cores: 8, memoryGib: 0.5 })).toBe(1);
    expect(poolSizeOf('wasm', { cores: 4, memoryGib: undefined })).toBe(4);
    expect(poolSizeOf('cpu', { cores: 8, memoryGib: 2 })).toBe(4);
  });
});
