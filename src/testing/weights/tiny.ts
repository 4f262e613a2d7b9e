/** A manifest of a network small enough to read, with its shards: what the tests load instead of 51 MB. */

import { encodeHalf } from '../../shared/half.ts';
import { sha256HexInScript } from '../../shared/sha256.ts';
import type { WeightsManifest, WeightsPart } from '../../weights/manifest.ts';

/** Weights count up from 0 by a 64th, through all tensors of both parts. */
function tinyPart(
  id: WeightsPart['id'],
  first: number,
  tensorShapes: readonly (readonly [name: string, shape: number[]])[],
  shardSizes: readonly number[],
  shards: Map<string, Uint8Array<ArrayBuffer>>,
): WeightsPart {
  let byteOffset = 0;
  const tensors = tensorShapes.map(([name, shape]) => {
    const byteLength = shape.reduce((product, side) => product * side, 2);
    const tensor = { name, shape, dtype: 'float16' as const, byteOffset, byteLength };
    byteOffset += byteLength;
    return tensor;
  });
  const values = Float32Array.from({ length: byteOffset / 2 }, (_, index) => (first + index) / 64);
  const stream = new Uint8Array(encodeHalf(values).buffer);
  let start = 0;
  return {
    id,
    tensors,
    shards: shardSizes.map((sizeBytes, index) => {
      const bytes = stream.slice(start, start + sizeBytes);
      start += sizeBytes;
      const path = `${id}-${index + 1}.bin`;
      shards.set(path, bytes);
      return { path, sizeBytes, sha256: sha256HexInScript(bytes) };
    }),
  };
}

/**
 * Two 1×1 convolutions to four channels with a ReLU between, averaged; over it, two classes. It has all ranges that
 * an integer engine needs. One shard ends inside a tensor.
 */
export function tinyManifest(): { manifest: WeightsManifest; shards: Map<string, Uint8Array<ArrayBuffer>> } {
  const shards = new Map<string, Uint8Array<ArrayBuffer>>();
  const backbone = tinyPart(
    'backbone',
    0,
    [
      ['conv/kernel', [1, 1, 3, 4]],
      ['conv/bias', [4]],
      ['deep/kernel', [1, 1, 4, 4]],
      ['deep/bias', [4]],
    ],
    [10, 10, 52],
    shards,
  );
  const top = tinyPart(
    'top',
    36,
    [
      ['fc/kernel', [4, 2]],
      ['fc/bias', [2]],
    ],
    [20],
    shards,
  );
  const manifest: WeightsManifest = {
    format: 'headstart-weights',
    version: 1,
    backboneId: 'tiny',
    inputSizePx: 8,
    featureNode: 'pool',
    featureCount: 4,
    nodes: [
      {
        op: 'input',
        name: 'input',
        inputs: [],
        shape: [8, 8, 3],
        preprocessing: { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], bias: [0, 0, 0] },
      },
      {
        op: 'conv2d',
        name: 'conv',
        inputs: ['input'],
        filters: 4,
        kernelSize: [1, 1],
        strides: [1, 1],
        padding: { top: 0, bottom: 0, left: 0, right: 0 },
        groups: 1,
        useBias: true,
      },
      { op: 'relu', name: 'relu', inputs: ['conv'], maxValue: null },
      {
        op: 'conv2d',
        name: 'deep',
        inputs: ['relu'],
        filters: 4,
        kernelSize: [1, 1],
        strides: [1, 1],
        padding: { top: 0, bottom: 0, left: 0, right: 0 },
        groups: 1,
        useBias: true,
      },
      { op: 'globalAvgPool', name: 'pool', inputs: ['deep'] },
    ],
    topNodes: [
      { op: 'input', name: 'pool', inputs: [], shape: [4], preprocessing: null },
      { op: 'dense', name: 'fc', inputs: ['pool'], units: 2, useBias: true },
      { op: 'softmax', name: 'softmax', inputs: ['fc'] },
    ],
    labels: ['left', 'right'],
    // What white gives.
    activationRanges: { relu: [48.1, 60.1, 72.1, 84.1] },
    source: { package: 'tiny', version: '1.0.0', licence: 'MIT', note: 'made up', converterVersion: 1 },
    parts: [backbone, top],
  };
  return { manifest, shards };
}
