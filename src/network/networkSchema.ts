/** Checks nodes that come from outside: the weights' manifest, a model file someone else wrote. */
import { z } from '../shared/zod.ts';
import { ACTIVATION_KINDS, type NetworkNode } from './network.ts';
import { KERAS_MOMENTUM } from './nodeBuilders.ts';

/** Above any real layer, and low enough that a hostile file cannot ask for the whole memory by one number. */
const MAX_CHANNELS = 65_536;
const MAX_SPATIAL = 1_024;
const MAX_INPUTS = 256;

const nodeName = z
  .string()
  .min(1)
  .max(200)
  // The slash parts a node's name from its weight's in `nodeName/kind`.
  .regex(/^[^/\p{Cc}]+$/u);
const channels = z.number().int().min(1).max(MAX_CHANNELS);
const pair = z.tuple([z.number().int().min(1).max(MAX_SPATIAL), z.number().int().min(1).max(MAX_SPATIAL)]);
const margin = z.number().int().min(0).max(MAX_SPATIAL);
const padding = z.object({ top: margin, bottom: margin, left: margin, right: margin });
const finite = z.number();

const noInputs = z.array(nodeName).length(0);
const oneInput = z.array(nodeName).length(1);
const manyInputs = z.array(nodeName).min(2).max(MAX_INPUTS);

const preprocessingSchema = z.object({
  matrix: z.array(finite).length(9),
  bias: z.array(finite).length(3),
});

/** One node of a `Network`: every field present, every number finite and of a sane size. */
export const networkNodeSchema = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('input'),
    name: nodeName,
    inputs: noInputs,
    shape: z.union([z.array(channels).length(1), z.array(channels).length(3)]),
    preprocessing: preprocessingSchema.nullable(),
  }),
  z.object({
    op: z.literal('conv2d'),
    name: nodeName,
    inputs: oneInput,
    filters: channels,
    kernelSize: pair,
    strides: pair,
    padding,
    groups: channels,
    useBias: z.boolean(),
  }),
  z.object({
    op: z.literal('batchNorm'),
    name: nodeName,
    inputs: oneInput,
    epsilon: finite.min(0).max(1),
    // Nodes that were kept before BatchNorm could learn have none.
    momentum: finite.min(0).lt(1).default(KERAS_MOMENTUM),
  }),
  z.object({
    op: z.literal('relu'),
    name: nodeName,
    inputs: oneInput,
    maxValue: finite.positive().nullable(),
  }),
  z.object({
    op: z.enum(['maxPool', 'avgPool']),
    name: nodeName,
    inputs: oneInput,
    poolSize: pair,
    strides: pair,
    padding,
  }),
  z.object({
    op: z.literal('activation'),
    name: nodeName,
    inputs: oneInput,
    kind: z.enum(ACTIVATION_KINDS),
    slope: finite.min(0).max(1),
  }),
  z.object({ op: z.enum(['globalAvgPool', 'globalMaxPool']), name: nodeName, inputs: oneInput }),
  z.object({ op: z.literal('add'), name: nodeName, inputs: manyInputs }),
  z.object({ op: z.literal('concat'), name: nodeName, inputs: manyInputs }),
  z.object({ op: z.literal('flatten'), name: nodeName, inputs: oneInput }),
  z.object({
    op: z.literal('dropout'),
    name: nodeName,
    inputs: oneInput,
    rate: finite.min(0).lt(1),
  }),
  z.object({
    op: z.literal('dense'),
    name: nodeName,
    inputs: oneInput,
    units: channels,
    useBias: z.boolean(),
  }),
  z.object({ op: z.literal('softmax'), name: nodeName, inputs: oneInput }),
]) satisfies z.ZodType<NetworkNode>;

/**
 * The nodes of a whole network. Order and shapes are the business of `shapes.ts`;
 * this only makes sure that what it is given are nodes.
 */
export const networkNodesSchema = z.array(networkNodeSchema).min(1).max(4_096);
