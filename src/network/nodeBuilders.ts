/** Small constructors that keep a backbone's file readable: one line a layer. */
import type {
  BatchNormNode,
  Conv2dNode,
  DenseNode,
  InputNode,
  NetworkNode,
  Padding,
  PoolNode,
  Preprocessing,
  ReluNode,
} from './network.ts';

export const NO_PADDING: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

/** The same number of pixels on every side. */
export function padAll(pixels: number): Padding {
  return { top: pixels, bottom: pixels, left: pixels, right: pixels };
}

/**
 * Fractions of 255, minus the mean and by the deviation of each channel of ImageNet, as torchvision trains its models.
 * Source: torchvision.transforms, Normalize; the numbers are those of its reference scripts.
 */
export const TORCH_PREPROCESSING: Preprocessing = {
  matrix: [1 / (255 * 0.229), 0, 0, 0, 1 / (255 * 0.224), 0, 0, 0, 1 / (255 * 0.225)],
  bias: [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225],
};

/** Fractions of 255. */
export const UNIT_PREPROCESSING: Preprocessing = {
  matrix: [1 / 255, 0, 0, 0, 1 / 255, 0, 0, 0, 1 / 255],
  bias: [0, 0, 0],
};

/** Keras "caffe" style: BGR, minus the ImageNet mean of each channel. Source: keras.applications.imagenet_utils. */
export const CAFFE_PREPROCESSING: Preprocessing = {
  matrix: [0, 0, 1, 0, 1, 0, 1, 0, 0],
  bias: [-103.939, -116.779, -123.68],
};

export function imageInput(name: string, sizePx: number, preprocessing: Preprocessing): InputNode {
  return { op: 'input', name, inputs: [], shape: [sizePx, sizePx, 3], preprocessing };
}

/** An input of plain numbers, `[features]`. */
export function featureInput(name: string, features: number): InputNode {
  return { op: 'input', name, inputs: [], shape: [features], preprocessing: null };
}

export interface ConvOptions {
  readonly stride?: number;
  readonly padding?: Padding;
  readonly groups?: number;
  readonly useBias?: boolean;
}

/** A square convolution. */
export function conv(
  name: string,
  input: string,
  filters: number,
  kernel: number,
  options: ConvOptions = {},
): Conv2dNode {
  const { stride = 1, padding = NO_PADDING, groups = 1, useBias = true } = options;
  return {
    op: 'conv2d',
    name,
    inputs: [input],
    filters,
    kernelSize: [kernel, kernel],
    strides: [stride, stride],
    padding,
    groups,
    useBias,
  };
}

/** What Keras takes unless told otherwise. Source: keras.layers.BatchNormalization. */
export const KERAS_MOMENTUM = 0.99;

/** PyTorch's 1e-5 and 0.1, the latter as the fraction that is kept. Source: torch.nn.BatchNorm2d. */
export const TORCH_NORM = { epsilon: 1e-5, momentum: 0.9 } as const;

/** With the momentum of Keras, as its models have it. */
export function batchNorm(name: string, input: string, epsilon: number): BatchNormNode {
  return { op: 'batchNorm', name, inputs: [input], epsilon, momentum: KERAS_MOMENTUM };
}

/** As PyTorch has it. */
export function torchNorm(name: string, input: string): BatchNormNode {
  return { op: 'batchNorm', name, inputs: [input], ...TORCH_NORM };
}

export function relu(name: string, input: string): ReluNode {
  return { op: 'relu', name, inputs: [input], maxValue: null };
}

export function relu6(name: string, input: string): ReluNode {
  return { op: 'relu', name, inputs: [input], maxValue: 6 };
}

export function maxPool(
  name: string,
  input: string,
  pool: number,
  stride: number,
  padding: Padding,
): PoolNode {
  return { op: 'maxPool', name, inputs: [input], poolSize: [pool, pool], strides: [stride, stride], padding };
}

export function avgPool(
  name: string,
  input: string,
  pool: number,
  stride: number,
  padding: Padding,
): PoolNode {
  return { op: 'avgPool', name, inputs: [input], poolSize: [pool, pool], strides: [stride, stride], padding };
}

export function globalAvgPool(name: string, input: string): NetworkNode {
  return { op: 'globalAvgPool', name, inputs: [input] };
}

export function add(name: string, first: string, second: string): NetworkNode {
  return { op: 'add', name, inputs: [first, second] };
}

export function concat(name: string, first: string, second: string): NetworkNode {
  return { op: 'concat', name, inputs: [first, second] };
}

export function dense(name: string, input: string, units: number): DenseNode {
  return { op: 'dense', name, inputs: [input], units, useBias: true };
}

export function dropout(name: string, input: string, rate: number): NetworkNode {
  return { op: 'dropout', name, inputs: [input], rate };
}

export function softmax(name: string, input: string): NetworkNode {
  return { op: 'softmax', name, inputs: [input] };
}
