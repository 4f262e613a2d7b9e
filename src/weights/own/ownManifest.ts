/** A network with weights as the workers take one: its manifest and all weights in one block, in float32. */
import type { Backbone } from '../../network/backbones/backbone.ts';
import type { Network } from '../../network/network.ts';
import { allocateBytes } from '../../shared/allocate.ts';
import { sha256Hex } from '../../shared/sha256.ts';
import type { WeightsManifest, WeightsPart } from '../manifest.ts';

export interface OwnManifest {
  readonly manifest: WeightsManifest;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

function layOut(network: Network): Pick<OwnManifest, 'bytes'> & { tensors: WeightsPart['tensors'] } {
  const weights = Object.entries(network.weights);
  const bytes = allocateBytes(weights.reduce((sum, [, { values }]) => sum + values.byteLength, 0));
  let byteOffset = 0;
  const tensors = weights.map(([name, { shape, values }]) => {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), byteOffset);
    const byteLength = values.byteLength;
    const tensor = { name, shape: [...shape], dtype: 'float32' as const, byteOffset, byteLength };
    byteOffset += byteLength;
    return tensor;
  });
  return { bytes, tensors };
}

/** @param features of that backbone, from the picture to the features. @throws AppError `outOfMemory` */
export function toOwnManifest(
  { id, featureNode, featureCount }: Pick<Backbone, 'id' | 'featureNode' | 'featureCount'>,
  features: Network,
): OwnManifest {
  const { bytes, tensors } = layOut(features);
  const [input] = features.nodes;
  const inputSizePx = input?.op === 'input' ? (input.shape[0] ?? 0) : 0;
  return {
    bytes,
    manifest: {
      format: 'headstart-weights',
      version: 1,
      backboneId: id,
      ...{ inputSizePx, featureNode, featureCount },
      // What a schema makes of nodes differs in that its lists may be changed.
      nodes: structuredClone(features.nodes) as WeightsManifest['nodes'],
      // The top is kept apart, where there is one.
      topNodes: [],
      labels: [],
      source: { package: '', version: '', licence: '', note: '', converterVersion: 0 },
      parts: [
        { id: 'backbone', tensors, shards: [] },
        { id: 'top', tensors: [], shards: [] },
      ],
    },
  };
}

/** SHA-256 over the weights and how pictures enter, lower-case hex. */
export async function fingerprintOfOwn({ manifest, bytes }: OwnManifest): Promise<string> {
  const [input] = manifest.nodes;
  const told = JSON.stringify([manifest.backboneId, input]);
  const parts = await Promise.all([sha256Hex(bytes), sha256Hex(new TextEncoder().encode(told))]);
  return sha256Hex(new TextEncoder().encode(parts.join('')));
}
