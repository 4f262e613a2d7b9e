/** What lies beside the shards: the network's nodes, and where in which shard each weight is. Written by tools/weights.ts. */

import type { NetworkNode } from '../network/network.ts';
import { networkNodesSchema } from '../network/networkSchema.ts';
import type { ActivationRanges } from '../network/quantise.ts';
import { InvalidNetworkError, inferShapes } from '../network/shapes.ts';
import { AppError } from '../shared/errors.ts';
import { z } from '../shared/zod.ts';

const MAX_PART_BYTES = 1024 ** 3;
const MAX_SHARD_BYTES = 64 * 1024 ** 2;

/** `backbone`: up to the features. `top`: the 1,000 ImageNet classes over them. */
const NEEDED_PARTS = ['backbone', 'top'] as const;
/** `norms`: of each BatchNorm that the backbone was folded with what `foldedNorms` gives. */
export const PART_IDS = [...NEEDED_PARTS, 'norms'] as const;
export type PartId = (typeof PART_IDS)[number];

const count = z.number().int().positive();
/** Far beyond any real activation on both sides, and safe to divide by in float32. */
const range = z.number().min(1e-9).max(1e9);

/** Published weights are of half the size; those from a person's file stay as they are. */
const DTYPE_BYTES = { float16: 2, float32: 4 } as const;

const tensorSchema = z.object({
  /** `nodeName/kind`, for example `conv1/kernel`. */
  name: z.string().regex(/^[^/]+\/[^/]+$/),
  shape: z.array(count.max(65_536)).min(1).max(4),
  dtype: z.enum(['float16', 'float32']),
  /** Within the part's stream, which is its shards one after the other. Little-endian. */
  byteOffset: z.number().int().min(0).max(MAX_PART_BYTES),
  byteLength: count.max(MAX_PART_BYTES),
});

const shardSchema = z.object({
  /** A plain file name beside the manifest: a manifest can never lead anywhere else. */
  path: z.string().regex(/^[\w-][\w.-]*$/),
  sizeBytes: count.max(MAX_SHARD_BYTES),
  /** Of the shard's bytes, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const partSchema = z
  .object({
    id: z.enum(PART_IDS),
    tensors: z.array(tensorSchema).min(1).max(4_096),
    shards: z.array(shardSchema).min(1).max(1_024),
  })
  .superRefine((part, context) => {
    let offset = 0;
    for (const tensor of part.tensors) {
      const size = tensor.shape.reduce((product, side) => product * side, DTYPE_BYTES[tensor.dtype]);
      if (tensor.byteOffset !== offset || tensor.byteLength !== size) {
        context.addIssue({ code: 'custom', message: `${tensor.name} does not lie where it should` });
      }
      offset += tensor.byteLength;
    }
    const total = part.shards.reduce((sum, shard) => sum + shard.sizeBytes, 0);
    if (total !== offset) {
      context.addIssue({ code: 'custom', message: `shards hold ${total} bytes, tensors ${offset}` });
    }
  });

/** What is wrong with the ranges of a network, or null. */
function findBadRange(nodes: readonly NetworkNode[], ranges: ActivationRanges): string | null {
  try {
    const shapes = inferShapes(nodes);
    const bad = Object.entries(ranges).find(
      ([name, { length }]) => !shapes.has(name) || (length !== 1 && length !== shapes.get(name)?.at(-1)),
    );
    return bad ? `${bad[1].length} ranges for ${bad[0]}` : null;
  } catch (error) {
    if (error instanceof InvalidNetworkError) return error.message;
    throw error;
  }
}

const manifestSchema = z
  .object({
    format: z.literal('headstart-weights'),
    version: z.literal(1),
    /** Of the backbone registry, for example `resnet50`. */
    backboneId: z.string().regex(/^[\w-]{1,64}$/),
    inputSizePx: count.max(4_096),
    /** Name of the node whose output are the features; the last of `nodes`. */
    featureNode: z.string(),
    featureCount: count.max(65_536),
    /** Folded network from the picture to the features. */
    nodes: networkNodesSchema,
    /** A network of its own, from the features to the probabilities of `labels`. */
    topNodes: networkNodesSchema,
    labels: z.array(z.string().min(1).max(200)).min(1).max(65_536),
    /**
     * Upper bounds of node outputs, by node name, one a channel or one for the whole map: what the integer engine
     * needs. Without them the backbone runs in floating point only.
     */
    activationRanges: z.record(z.string(), z.array(range).min(1).max(65_536)).optional(),
    source: z.object({
      package: z.string(),
      version: z.string(),
      licence: z.string(),
      note: z.string(),
      /** Of tools/weights.ts: set-up converts again when it has changed. */
      converterVersion: count,
    }),
    parts: z.array(partSchema).length(NEEDED_PARTS.length),
    /** Older set-ups wrote none. Not among the parts, of which an app that was kept from before expects two. */
    norms: partSchema.optional(),
  })
  .superRefine((manifest, context) => {
    for (const id of NEEDED_PARTS) {
      if (manifest.parts.filter((part) => part.id === id).length !== 1) {
        context.addIssue({ code: 'custom', message: `there must be one part ${id}` });
      }
    }
    if (manifest.nodes.at(-1)?.name !== manifest.featureNode) {
      context.addIssue({ code: 'custom', message: 'the last node must be the feature node' });
    }
    const badRange = findBadRange(manifest.nodes, manifest.activationRanges ?? {});
    if (badRange !== null) context.addIssue({ code: 'custom', message: badRange });
    const outputs = manifest.topNodes.findLast((node) => node.op === 'dense')?.units;
    if (outputs !== manifest.labels.length) {
      context.addIssue({ code: 'custom', message: `${manifest.labels.length} labels, ${outputs} outputs` });
    }
  });

export type WeightsManifest = z.infer<typeof manifestSchema>;
export type WeightsPart = WeightsManifest['parts'][number];
export type WeightsShard = WeightsPart['shards'][number];

/** @throws AppError `weightsInvalid` if `json` is not a manifest of this version, whole and free of contradictions. */
export function parseManifest(json: unknown): WeightsManifest {
  const result = manifestSchema.safeParse(json);
  if (!result.success) {
    throw new AppError('weightsInvalid', {}, { cause: result.error });
  }
  return result.data;
}

/** @throws Error if there is none, which `parseManifest` rules out of `backbone` and `top`. */
export function findPart(manifest: WeightsManifest, partId: PartId): WeightsPart {
  const part = partId === 'norms' ? manifest.norms : manifest.parts.find(({ id }) => id === partId);
  if (!part) throw new Error(`no part ${partId}`);
  return part;
}

/** All that there are. */
export function allPartsOf({ parts, norms }: WeightsManifest): readonly WeightsPart[] {
  return norms ? [...parts, norms] : parts;
}

/** Bytes of all shards of a part. */
export function partSizeBytes(part: WeightsPart): number {
  return part.shards.reduce((sum, shard) => sum + shard.sizeBytes, 0);
}
