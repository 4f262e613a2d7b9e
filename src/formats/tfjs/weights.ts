/** The weight shards of a tfjs model: tensors one after the other, cut into files of 4 MB. */

import type { Precision } from '../../domain/modelExport.ts';
import type { Weight } from '../../network/network.ts';
import { sizeOf } from '../../network/shapes.ts';
import { allocateBytes } from '../../shared/allocate.ts';
import { AppError } from '../../shared/errors.ts';
import { decodeHalf, encodeHalf } from '../../shared/half.ts';
import type { Bytes } from '../fileParts.ts';
import { fitsFloat16, toFloat16IfExact } from '../float16.ts';
import { MAX_WEIGHT_BYTES, tooLarge } from '../networkLimits.ts';
import { unreadable } from '../unreadable.ts';
import { MAX_SHARDS, MAX_TENSORS, type TfjsModelJson, type TfjsWeightSpec } from './schema.ts';

export const SHARD_BYTES = 4 * 1024 * 1024;

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
  /** Never rounded, whatever the precision. */
  readonly isExact?: boolean;
}

export interface EncodedWeights {
  readonly manifest: TfjsModelJson['weightsManifest'];
  /** In the order of the manifest's paths; all but the last of SHARD_BYTES. */
  readonly shards: readonly Bytes[];
}

/**
 * Tensors as a manifest and its shards. A tensor whose values float16 carries exactly is written as such, so that
 * the file of a backbone that came as float16 is half as large and not a bit worse.
 * @param precision `float16`: kernels are rounded to it where they must; one number a channel stays exact
 */
export function encodeWeights(tensors: readonly NamedTensor[], precision: Precision): EncodedWeights {
  const weights: TfjsWeightSpec[] = [];
  const parts: Bytes[] = [];
  for (const { name, shape, values, isExact = false } of tensors) {
    const isRounded = precision === 'float16' && shape.length > 1 && !isExact && fitsFloat16(values);
    const halves = isRounded ? encodeHalf(values) : toFloat16IfExact(values);
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
 * The shape of every tensor that a manifest lists, before any of its files is opened: limits hold for all groups
 * together, and a file that two of them named would be read once for each.
 * @throws AppError modelFileUnsupported for other types than float32 and float16; modelFileTooLarge;
 *   modelFileUnreadable if a tensor or a file is listed twice
 */
export function readManifest(
  manifest: TfjsModelJson['weightsManifest'],
): ReadonlyMap<string, readonly number[]> {
  const specs = manifest.flatMap(({ weights }) => weights);
  const paths = manifest.flatMap((group) => group.paths);
  if (specs.length > MAX_TENSORS || paths.length > MAX_SHARDS) {
    throw tooLarge(`${specs.length} tensors in ${paths.length} files`);
  }
  const totalBytes = specs.reduce((sum, spec) => sum + byteLengthOf(spec), 0);
  if (totalBytes > MAX_WEIGHT_BYTES) throw tooLarge(`${totalBytes} bytes of weights`);
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  if (shapes.size < specs.length || new Set(paths).size < paths.length) {
    throw unreadable('a tensor or a file is listed twice');
  }
  return shapes;
}

/**
 * Reads every tensor of a manifest that `readManifest` has found in order.
 * @param getBytes the file at one of the manifest's paths
 * @throws AppError modelFileUnreadable if the bytes are fewer or more than the manifest says; modelFileNotFinite
 */
export async function decodeWeights(
  manifest: TfjsModelJson['weightsManifest'],
  getBytes: (path: string) => Promise<Uint8Array>,
): Promise<ReadonlyMap<string, Weight>> {
  const tensors = new Map<string, Weight>();
  for (const { paths, weights } of manifest) {
    const sizes = weights.map(byteLengthOf);
    const totalBytes = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const bytes = await readGroup(paths, totalBytes, getBytes);
    let offset = 0;
    weights.forEach((spec, index) => {
      const end = offset + (sizes[index] ?? 0);
      const buffer = bytes.slice(offset, end).buffer; // a copy, since a tensor may begin at an odd byte
      const values = spec.quantization ? decodeHalf(new Uint16Array(buffer)) : new Float32Array(buffer);
      if (!isFinite32(values)) throw new AppError('modelFileNotFinite', { layer: spec.name });
      tensors.set(spec.name, { shape: spec.shape, values });
      offset = end;
    });
  }
  return tensors;
}

/** Whether none is NaN or infinite. A plain sum, since there are 25 million: NaN and infinity times zero are NaN. */
function isFinite32(values: Float32Array): boolean {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += (values[i] as number) * 0;
  return zero === 0;
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
