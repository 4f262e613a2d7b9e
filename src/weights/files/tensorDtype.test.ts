import { describe, expect, it } from 'vitest';
import { DTYPE_BYTES, type TensorDtype, toFloats } from './tensorDtype.ts';

const buffer = (array: { readonly buffer: ArrayBuffer }) => array.buffer;

describe('numbers of a file', () => {
  it.each<[TensorDtype, ArrayBuffer, number[]]>([
    ['float64', buffer(new Float64Array([0.1, -2, 1e300])), [Math.fround(0.1), -2, Number.POSITIVE_INFINITY]],
    ['float32', buffer(new Float32Array([0.1, -2])), [Math.fround(0.1), -2]],
    [
      'float16',
      buffer(new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7c00])),
      [1, -2, 2 ** -24, Number.POSITIVE_INFINITY],
    ],
    ['bfloat16', buffer(new Uint16Array([0x3f80, 0xc000, 0x0001, 0x7fc0])), [1, -2, 2 ** -133, Number.NaN]],
    ['int64', buffer(new BigInt64Array([-1n, 2n ** 40n])), [-1, 2 ** 40]],
    ['int32', buffer(new Int32Array([-1, 2 ** 30])), [-1, 2 ** 30]],
    ['int16', buffer(new Int16Array([-1, 300])), [-1, 300]],
    ['int8', buffer(new Int8Array([-1, 127])), [-1, 127]],
    ['uint8', buffer(new Uint8Array([0, 255])), [0, 255]],
    ['bool', buffer(new Uint8Array([0, 1])), [0, 1]],
  ])('are read as float32: %s', (dtype, bytes, expected) => {
    expect([...toFloats(bytes, dtype)]).toEqual(expected);
    expect(bytes.byteLength).toBe(DTYPE_BYTES[dtype] * expected.length);
    expect([...toFloats(new ArrayBuffer(0), dtype)]).toEqual([]);
  });
});
