import { describe, expect, it } from 'vitest';
import { allocate, allocateBytes, allocateFloats } from './allocate.ts';
import { AppError, toAppError } from './errors.ts';

/** More than any engine gives in one piece, and a size all the same. */
const TOO_MANY = 2 ** 50;

describe('memory that is not given', () => {
  it('is called so, whatever the engine throws', () => {
    expect(() => allocateFloats(TOO_MANY)).toThrow(expect.objectContaining({ code: 'outOfMemory' }));
    expect(() => allocateBytes(TOO_MANY)).toThrow(expect.objectContaining({ code: 'outOfMemory' }));
    expect(() => allocate(() => new ArrayBuffer(TOO_MANY))).toThrow(
      expect.objectContaining({ code: 'outOfMemory', cause: expect.any(RangeError) }),
    );
    expect(() =>
      allocate(() => {
        // As SpiderMonkey does.
        throw 'out of memory';
      }),
    ).toThrow(expect.objectContaining({ code: 'outOfMemory' }));
  });

  it('leaves a name that something has already', () => {
    const named = new AppError('cancelled');
    expect(() =>
      allocate(() => {
        throw named;
      }),
    ).toThrow(named);
  });

  it('is not seen in the same kind of error from elsewhere', () => {
    expect(toAppError(new RangeError('Invalid typed array length: -1')).code).toBe('unexpected');
  });

  it('gives memory where there is some', () => {
    expect([...allocateFloats(3)]).toEqual([0, 0, 0]);
    expect(allocateBytes(2).byteLength).toBe(2);
  });
});

describe('a trap of WebAssembly', () => {
  it('ends the engine, whose memory nobody knows any more', () => {
    // (module (func (export "f") unreachable))
    const bytes = [
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0,
      11,
    ];
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
    let thrown: unknown;
    try {
      (exports.f as () => void)();
    } catch (trap) {
      thrown = trap;
    }
    expect(thrown).toBeInstanceOf(WebAssembly.RuntimeError);
    expect(toAppError(thrown).code).toBe('workerDied');
  });
});
