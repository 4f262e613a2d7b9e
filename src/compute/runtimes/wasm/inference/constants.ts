/** Room in the engine's memory for what never changes: packed weights and tables. */
import { ALIGNMENT_BYTES, ensureBytes, roundUp } from '../memory.ts';

export interface ConstantWriter {
  /** First address behind all that is there. */
  end(): number;
  /** Zeroed room. @returns its address */
  reserve(bytes: number): number;
  /** A view that holds until more room is reserved. */
  int8(address: number, length: number): Int8Array;
  float32(address: number, length: number): Float32Array;
  /** @returns the address of a copy; equal tables are kept once */
  table(values: Int32Array): number;
  floats(values: Float32Array): number;
}

/** @param start first free address */
export function createConstantWriter(memory: WebAssembly.Memory, start: number): ConstantWriter {
  let end = start;
  const tables = new Map<string, number>();
  const reserve = (bytes: number) => {
    const address = roundUp(end, ALIGNMENT_BYTES);
    end = address + bytes;
    ensureBytes(memory, end);
    return address;
  };
  return {
    end: () => end,
    reserve,
    int8: (address, length) => new Int8Array(memory.buffer, address, length),
    float32: (address, length) => new Float32Array(memory.buffer, address, length),
    table(values) {
      const key = values.join();
      const known = tables.get(key);
      if (known !== undefined) return known;
      const address = reserve(values.byteLength);
      new Int32Array(memory.buffer, address, values.length).set(values);
      tables.set(key, address);
      return address;
    },
    floats(values) {
      const address = reserve(values.byteLength);
      new Float32Array(memory.buffer, address, values.length).set(values);
      return address;
    },
  };
}
