import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { named, withNames } from './named.ts';

const thrower = (thrown: unknown) => () => {
  throw thrown;
};

describe('what TensorFlow.js throws', () => {
  it('is out of memory where an array or its heap was refused, at once or later', async () => {
    const outOfMemory = expect.objectContaining({ code: 'outOfMemory' });
    expect(() => named(() => new Float32Array(2 ** 50))).toThrow(outOfMemory);
    expect(() => named(thrower(new WebAssembly.RuntimeError('unreachable')))).toThrow(outOfMemory);
    await expect(named(async () => new Float32Array(2 ** 50))).rejects.toEqual(outOfMemory);
  });

  it('is a lost device, and no cancelled call, where a read broke off', async () => {
    const broken = new DOMException('the instance is gone', 'AbortError');
    await expect(named(() => Promise.reject(broken))).rejects.toMatchObject({ code: 'deviceLost' });
  });

  it('stays what it is otherwise', () => {
    const fault = new TypeError('no such op');
    expect(() => named(thrower(fault))).toThrow(fault);
    const cancelled = new AppError('cancelled');
    expect(() => named(thrower(cancelled))).toThrow(cancelled);
  });

  it('has a name in all methods of an object, and values come through', async () => {
    const methods = withNames({ size: 3, add: (a: number, b: number) => a + b, later: async () => [1] });
    expect(methods.size).toBe(3);
    expect(methods.add(1, 2)).toBe(3);
    await expect(methods.later()).resolves.toEqual([1]);
  });
});
