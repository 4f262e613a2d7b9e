/**
 * Tensors as a safetensors file: the length of a JSON text, the text, which says where each tensor lies, and the numbers.
 * Source: https://github.com/huggingface/safetensors#format.
 */
import type { Bytes, FilePart, LateBytes } from '../fileParts.ts';

const TYPES = { float32: 'F32', float16: 'F16', int64: 'I64' } as const;
/** The text is filled up with blanks, so that numbers begin where processors like them. */
const ALIGNMENT = 8;

export interface SafeTensor {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  readonly shape: readonly number[];
  /** Little-endian. */
  readonly bytes: Bytes | LateBytes;
}

function sizeOf(bytes: SafeTensor['bytes']): number {
  return 'make' in bytes ? bytes.sizeBytes : bytes.byteLength;
}

/** @param metadata texts by name @throws Error for two tensors of one name */
export function toSafetensors(
  tensors: readonly SafeTensor[],
  metadata: Readonly<Record<string, string>>,
): readonly FilePart[] {
  let offset = 0;
  const entries = tensors.map(({ name, type, shape, bytes }) => {
    const begin = offset;
    offset += sizeOf(bytes);
    return [name, { dtype: TYPES[type], shape, data_offsets: [begin, offset] }] as const;
  });
  if (new Set(entries.map(([name]) => name)).size < entries.length)
    throw new Error('two tensors of one name');
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const header = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil(header.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  padded.set(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded, ...tensors.map(({ bytes }) => bytes)];
}
