/** The weight shards of a tfjs model: tensors one after the other, cut into files of 4 MB. */

import type { Weight } from '../../network/network.ts';
import { sizeOf } from '../../network/shapes.ts';
import { allocateBytes } from '../../shared/allocate.ts';
import { AppError } from '../../shared/errors.ts';
import { decodeHalf } from '../../shared/half.ts';
import { toFloat16IfExact } from '../float16.ts';
import { unreadable } from '../unreadable.ts';
import type { TfjsModelJson, TfjsWeightSpec } from './schema.ts';

export const SHARD_BYTES = 4 * 1024 * 1024;
/** More than any network that a browser could run. */
const MAX_WEIGHT_BYTES = 1024 * 1024 * 1024;

export type Bytes = Uint8Array<ArrayBuffer>;

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

export interface EncodedWeights {
  readonly manifest: TfjsModelJson['weightsManifest'];
  /** In the order of the manifest's paths; all but the last of SHARD_BYTES. */
  readonly shards: readonly Bytes[];
}

/**
 * Tensors as a manifest and its shards. A tensor whose values float16 carries exactly is written as such, so that
 * the file of a backbone that came as float16 is half as large and not a bit worse.
 */
export function encodeWeights(tensors: readonly NamedTensor[]): EncodedWeights {
  const weights: TfjsWeightSpec[] = [];
  const parts: Bytes[] = [];
  for (const { name, shape, values } of tensors) {
    const halves = toFloat16IfExact(values);
    const spec = { name, shape: [...shape], dtype: 'float32' };
    weights.push(halves ? { ...spec, quantization: { dtype: 'float16', original_dtype: 'float32' } } : spec);
    const stored = halves ?? values;
    parts.push(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
  }
  const shards = toShards(parts);
  const paths = shards.map((_shard, index) => `group1-shard${index + 1}of${shards.length}.bin`);
  return { manifest: [{ paths, weights }], shards };
}

/**
 * Reads every tensor of a manifest.
 * @param getBytes the file at one of the manifest's paths
 * @throws AppError modelFileUnsupported for other types than float32 and float16; modelFileUnreadable if the bytes
 *   are fewer or more than the manifest says
 */
export async function decodeWeights(
  manifest: TfjsModelJson['weightsManifest'],
  getBytes: (path: string) => Promise<Uint8Array>,
): Promise<ReadonlyMap<string, Weight>> {
  const tensors = new Map<string, Weight>();
  for (const { paths, weights } of manifest) {
    const sizes = weights.map(byteLengthOf);
    const totalBytes = sizes.reduce((sum, bytes) => sum + bytes, 0);
    if (totalBytes > MAX_WEIGHT_BYTES) throw unreadable(`${totalBytes} bytes of weights`);
    const bytes = await readGroup(paths, totalBytes, getBytes);
    let offset = 0;
    weights.forEach((spec, index) => {
      const end = offset + (sizes[index] ?? 0);
      const buffer = bytes.slice(offset, end).buffer; // a copy, since a tensor may begin at an odd byte
      const values = spec.quantization ? decodeHalf(new Uint16Array(buffer)) : new Float32Array(buffer);
      tensors.set(spec.name, { shape: spec.shape, values });
      offset = end;
    });
  }
  return tensors;
}

function byteLengthOf(spec: TfjsWeightSpec): number {
  const type = spec.quantization?.dtype ?? spec.dtype;
  if (spec.dtype !== 'float32' || (type !== 'float32' && type !== 'float16')) {
    throw new AppError('modelFileUnsupported', { layer: `${spec.name} (${type})` });
  }
  return sizeOf(spec.shape) * (type === 'float16' ? 2 : 4);
}

async function readGroup(
  paths: readonly string[],
  totalBytes: number,
  getBytes: (path: string) => Promise<Uint8Array>,
): Promise<Bytes> {
  const joined = allocateBytes(totalBytes);
  let offset = 0;
  for (const path of paths) {
    const part = await getBytes(path);
    if (offset + part.length > totalBytes) throw unreadable('more weights than the manifest lists');
    joined.set(part, offset);
    offset += part.length;
  }
  if (offset !== totalBytes) throw unreadable('fewer weights than the manifest lists');
  return joined;
}

function toShards(parts: readonly Bytes[]): readonly Bytes[] {
  let left = parts.reduce((sum, part) => sum + part.length, 0);
  const shards: Bytes[] = [];
  let shard = new Uint8Array(0);
  let filled = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; ) {
      if (filled === shard.length) {
        shard = allocateBytes(Math.min(SHARD_BYTES, left));
        shards.push(shard);
        filled = 0;
      }
      const piece = part.subarray(start, start + shard.length - filled);
      shard.set(piece, filled);
      filled += piece.length;
      start += piece.length;
      left -= piece.length;
    }
  }
  return shards;
}
