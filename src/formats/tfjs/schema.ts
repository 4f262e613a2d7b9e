/** The tfjs layers model file: model.json as TensorFlow.js reads it, checked before anything of it is believed. */
import { KERAS_MOMENTUM } from '../../network/nodeBuilders.ts';
import { shortList, z } from '../../shared/zod.ts';

/** What an Activation layer may be called that we can run. */
export const LAYER_ACTIVATIONS = ['relu', 'relu6', 'softmax', 'sigmoid', 'swish', 'silu'] as const;

const count = z.number().int().min(0).max(1_000_000);
const size = z.number().int().min(1).max(1_000_000);
const size2 = z.tuple([size, size]);
const name = z.string().min(1).max(1000);

/** Above any network that a browser could run; those of one list, and of all groups together. */
const MAX_LAYERS = 4_096;
const MAX_LAYER_INPUTS = 256;
export const MAX_TENSORS = 16_384;
export const MAX_SHARDS = 2_048;

const weightSpecSchema = z.object({
  name,
  shape: shortList(size, 8),
  dtype: z.string(),
  quantization: z.object({ dtype: z.string(), original_dtype: z.string().optional() }).optional(),
});

const layerSchema = z.object({
  class_name: name,
  name,
  config: z.record(z.string(), z.unknown()),
  /** One call of the layer: the layers it reads, as `[name, call, output, arguments]`. */
  inbound_nodes: shortList(
    shortList(z.tuple([name, z.number(), z.number()]).rest(z.unknown()), MAX_LAYER_INPUTS),
    MAX_LAYER_INPUTS,
  ),
});

const layerRef = z.tuple([name, z.number(), z.number()]);

export const modelJsonSchema = z.object({
  format: z.literal('layers-model'),
  generatedBy: z.string().nullable().optional(),
  convertedBy: z.string().nullable().optional(),
  modelTopology: z.object({
    keras_version: z.string(),
    backend: z.string(),
    model_config: z.object({
      class_name: z.string(),
      config: z.object({
        name,
        layers: shortList(layerSchema, MAX_LAYERS),
        input_layers: shortList(layerRef, MAX_LAYER_INPUTS),
        output_layers: shortList(layerRef, MAX_LAYER_INPUTS),
      }),
    }),
  }),
  weightsManifest: shortList(
    z.object({
      paths: shortList(name, MAX_SHARDS),
      weights: shortList(weightSpecSchema, MAX_TENSORS),
    }),
    MAX_SHARDS,
  ),
});

export type TfjsModelJson = z.infer<typeof modelJsonSchema>;
export type TfjsLayer = z.infer<typeof layerSchema>;
export type TfjsWeightSpec = z.infer<typeof weightSpecSchema>;

// A value that we cannot run fails the check; the reader then names the layer.
const linear = z.enum(['linear']).nullable().default('linear');
const channelsLast = z.literal('channels_last').nullable().default('channels_last');
const ones = z
  .union([z.literal(1), z.tuple([z.literal(1), z.literal(1)])])
  .nullable()
  .default(1);
const window = {
  strides: size2.nullable().default(null),
  padding: z.enum(['valid', 'same']).default('valid'),
  data_format: channelsLast,
};
const noSlope = z.literal(0).nullable().default(0);

/** The settings of each layer class that we can run; others are not supported. */
export const layerConfigs = {
  InputLayer: z.object({ batch_input_shape: z.tuple([z.null()]).rest(size) }),
  ZeroPadding2D: z.object({
    padding: z.tuple([z.tuple([count, count]), z.tuple([count, count])]),
    data_format: channelsLast,
  }),
  Conv2D: z.object({
    ...window,
    filters: size,
    kernel_size: size2,
    dilation_rate: ones,
    groups: z.literal(1).default(1),
    use_bias: z.boolean().default(true),
    activation: linear,
  }),
  DepthwiseConv2D: z.object({
    ...window,
    depth_multiplier: size.default(1),
    kernel_size: size2,
    dilation_rate: ones,
    use_bias: z.boolean().default(true),
    activation: linear,
  }),
  BatchNormalization: z.object({
    axis: z.union([z.number().int(), z.tuple([z.number().int()])]).default(-1),
    epsilon: z.number().positive(),
    momentum: z.number().min(0).lt(1).default(KERAS_MOMENTUM),
    center: z.literal(true).default(true),
    scale: z.literal(true).default(true),
  }),
  ReLU: z.object({
    max_value: z.number().positive().nullable().default(null),
    negative_slope: noSlope,
    threshold: noSlope,
  }),
  // Keras 2 says alpha, Keras 3 negative_slope; both take 0.3 where nothing is said.
  LeakyReLU: z.object({
    alpha: z.number().min(0).max(1).optional(),
    negative_slope: z.number().min(0).max(1).optional(),
  }),
  MaxPooling2D: z.object({ ...window, pool_size: size2 }),
  AveragePooling2D: z.object({ ...window, pool_size: size2 }),
  GlobalAveragePooling2D: z.object({ data_format: channelsLast, keepdims: z.literal(false).default(false) }),
  GlobalMaxPooling2D: z.object({ data_format: channelsLast, keepdims: z.literal(false).default(false) }),
  Add: z.object({}),
  Concatenate: z.object({ axis: z.number().int().default(-1) }),
  Flatten: z.object({ data_format: channelsLast }),
  Dropout: z.object({ rate: z.number().min(0).lt(1) }),
  Dense: z.object({ units: size, use_bias: z.boolean().default(true), activation: linear }),
  Activation: z.object({ activation: z.enum(LAYER_ACTIVATIONS) }),
  Softmax: z.object({ axis: z.literal(-1).default(-1) }),
} as const;

export type LayerClass = keyof typeof layerConfigs;

export function isLayerClass(className: string): className is LayerClass {
  return Object.hasOwn(layerConfigs, className);
}
