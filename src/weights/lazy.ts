/** Weights decoded one at a time: 25 million numbers need not lie in memory twice while they go to a backend. */

import type { Weight } from '../network/network.ts';
import { allocate } from '../shared/allocate.ts';
import { decodeHalf } from '../shared/half.ts';
import { findPart, type PartId, type WeightsManifest } from './manifest.ts';

/**
 * Reads single weights out of a part's bytes.
 * @returns a function from `nodeName/kind` to the weight as float32; it throws Error for an unknown name.
 */
export function createWeightReader(
  manifest: WeightsManifest,
  partId: PartId,
  bytes: Uint8Array<ArrayBuffer>,
): (key: string) => Weight {
  const tensors = new Map(findPart(manifest, partId).tensors.map((tensor) => [tensor.name, tensor]));
  return (key) => {
    const tensor = tensors.get(key);
    if (!tensor) throw new Error(`no weight ${key} in part ${partId}`);
    // Copied, since a view of two bytes a value must begin at an even place of its buffer, one of four at a fourth.
    const { buffer } = allocate(() => bytes.slice(tensor.byteOffset, tensor.byteOffset + tensor.byteLength));
    const values =
      tensor.dtype === 'float32' ? new Float32Array(buffer) : decodeHalf(new Uint16Array(buffer));
    return { shape: tensor.shape, values };
  };
}
