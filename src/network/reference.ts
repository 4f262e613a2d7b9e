/** The network in plain double-precision loops: slow, obvious, and what every backend and file format is held to. */
import { activationOf } from './activationKinds.ts';
import {
  type BatchNormNode,
  type Conv2dNode,
  type DenseNode,
  getWeight,
  type InputNode,
  type Network,
  type NetworkNode,
  outputNode,
  type PoolNode,
} from './network.ts';

/** One example, without the batch axis: `[height, width, channels]` or `[features]`, row-major. */
export interface Plain {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

function dims3(plain: Plain): readonly [number, number, number] {
  const [height = 1, width = 1, channels = 1] = plain.shape;
  return [height, width, channels];
}

/** Places of an output line of a window that slides over `size` padded pixels. */
function outputSize(size: number, before: number, after: number, window: number, stride: number): number {
  return Math.floor((size + before + after - window) / stride) + 1;
}

function preprocess(node: InputNode, input: Plain): Plain {
  const spec = node.preprocessing;
  if (!spec) return input;
  const values = new Float64Array(input.values.length);
  for (let pixel = 0; pixel < values.length; pixel += 3) {
    for (let o = 0; o < 3; o++) {
      let sum = spec.bias[o] ?? 0;
      for (let i = 0; i < 3; i++) sum += (spec.matrix[3 * o + i] ?? 0) * (input.values[pixel + i] ?? 0);
      values[pixel + o] = sum;
    }
  }
  return { shape: input.shape, values };
}

/** Calls `visit` for each window place that lies inside the picture. */
function eachTap(
  node: Conv2dNode | PoolNode,
  size: readonly [number, number],
  place: readonly [number, number],
  visit: (y: number, x: number, tap: number) => void,
): void {
  const [windowHeight, windowWidth] = node.op === 'conv2d' ? node.kernelSize : node.poolSize;
  for (let ky = 0; ky < windowHeight; ky++) {
    for (let kx = 0; kx < windowWidth; kx++) {
      const y = place[0] * node.strides[0] + ky - node.padding.top;
      const x = place[1] * node.strides[1] + kx - node.padding.left;
      if (y >= 0 && y < size[0] && x >= 0 && x < size[1]) visit(y, x, ky * windowWidth + kx);
    }
  }
}

function slide(
  node: Conv2dNode | PoolNode,
  input: Plain,
  outChannels: number,
  at: (place: readonly [number, number], channel: number) => number,
): Plain {
  const [height, width] = dims3(input);
  const window = node.op === 'conv2d' ? node.kernelSize : node.poolSize;
  const { top, bottom, left, right } = node.padding;
  const outHeight = outputSize(height, top, bottom, window[0], node.strides[0]);
  const outWidth = outputSize(width, left, right, window[1], node.strides[1]);
  const values = new Float64Array(outHeight * outWidth * outChannels);
  let index = 0;
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      for (let channel = 0; channel < outChannels; channel++) values[index++] = at([y, x], channel);
    }
  }
  return { shape: [outHeight, outWidth, outChannels], values };
}

function conv2d(network: Network, node: Conv2dNode, input: Plain): Plain {
  const [height, width, channels] = dims3(input);
  const kernel = getWeight(network, node.name, 'kernel').values;
  const bias = node.useBias ? getWeight(network, node.name, 'bias').values : null;
  const inPerGroup = channels / node.groups;
  const outPerGroup = node.filters / node.groups;
  return slide(node, input, node.filters, (place, filter) => {
    const firstChannel = Math.floor(filter / outPerGroup) * inPerGroup;
    let sum = bias?.[filter] ?? 0;
    eachTap(node, [height, width], place, (y, x, tap) => {
      for (let c = 0; c < inPerGroup; c++) {
        const pixel = input.values[(y * width + x) * channels + firstChannel + c] ?? 0;
        sum += pixel * (kernel[(tap * inPerGroup + c) * node.filters + filter] ?? 0);
      }
    });
    return sum;
  });
}

function pool(node: PoolNode, input: Plain): Plain {
  const [height, width, channels] = dims3(input);
  return slide(node, input, channels, (place, channel) => {
    let largest = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let count = 0;
    eachTap(node, [height, width], place, (y, x) => {
      const value = input.values[(y * width + x) * channels + channel] ?? 0;
      largest = Math.max(largest, value);
      sum += value;
      count++;
    });
    return node.op === 'maxPool' ? largest : sum / count;
  });
}

function batchNorm(network: Network, node: BatchNormNode, input: Plain): Plain {
  const channels = input.shape.at(-1) ?? 1;
  const weight = (kind: string, c: number) => getWeight(network, node.name, kind).values[c] ?? 0;
  const values = input.values.map((value, i) => {
    const c = i % channels;
    const normal = (value - weight('movingMean', c)) / Math.sqrt(weight('movingVariance', c) + node.epsilon);
    return normal * weight('gamma', c) + weight('beta', c);
  });
  return { shape: input.shape, values };
}

function globalAvgPool(input: Plain): Plain {
  const [height, width, channels] = dims3(input);
  const values = new Float64Array(channels);
  input.values.forEach((value, i) => {
    values[i % channels] = (values[i % channels] ?? 0) + value / (height * width);
  });
  return { shape: [channels], values };
}

function globalMaxPool(input: Plain): Plain {
  const [, , channels] = dims3(input);
  const values = new Float64Array(channels).fill(Number.NEGATIVE_INFINITY);
  input.values.forEach((value, i) => {
    values[i % channels] = Math.max(values[i % channels] ?? 0, value);
  });
  return { shape: [channels], values };
}

function dense(network: Network, node: DenseNode, input: Plain): Plain {
  const kernel = getWeight(network, node.name, 'kernel').values;
  const bias = node.useBias ? getWeight(network, node.name, 'bias').values : null;
  const values = new Float64Array(node.units);
  for (let unit = 0; unit < node.units; unit++) {
    let sum = bias?.[unit] ?? 0;
    input.values.forEach((value, i) => {
      sum += value * (kernel[i * node.units + unit] ?? 0);
    });
    values[unit] = sum;
  }
  return { shape: [node.units], values };
}

function concat(inputs: readonly Plain[]): Plain {
  const leading = inputs[0]?.shape.slice(0, -1) ?? [];
  const places = leading.reduce((product, side) => product * side, 1);
  const widths = inputs.map((input) => input.shape.at(-1) ?? 1);
  const total = widths.reduce((sum, channels) => sum + channels, 0);
  const values = new Float64Array(places * total);
  for (let pixel = 0, at = 0; pixel < places; pixel++) {
    inputs.forEach((input, k) => {
      const channels = widths[k] ?? 1;
      values.set(input.values.subarray(pixel * channels, (pixel + 1) * channels), at);
      at += channels;
    });
  }
  return { shape: [...leading, total], values };
}

function softmax(input: Plain): Plain {
  const largest = input.values.reduce((a, b) => Math.max(a, b));
  const powers = input.values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b);
  return { shape: input.shape, values: powers.map((power) => power / sum) };
}

function runNode(network: Network, node: NetworkNode, inputs: readonly Plain[]): Plain {
  const [input] = inputs;
  if (!input) throw new Error(`${node.name} has no input`);
  switch (node.op) {
    case 'input':
      return preprocess(node, input);
    case 'conv2d':
      return conv2d(network, node, input);
    case 'batchNorm':
      return batchNorm(network, node, input);
    case 'relu':
      return {
        shape: input.shape,
        values: input.values.map((v) => Math.min(Math.max(v, 0), node.maxValue ?? Number.POSITIVE_INFINITY)),
      };
    case 'maxPool':
    case 'avgPool':
      return pool(node, input);
    case 'globalAvgPool':
      return globalAvgPool(input);
    case 'globalMaxPool':
      return globalMaxPool(input);
    case 'activation':
      return { shape: input.shape, values: input.values.map((value) => activationOf(node, value)) };
    case 'add':
      return {
        shape: input.shape,
        values: input.values.map((_, i) => inputs.reduce((sum, { values }) => sum + (values[i] ?? 0), 0)),
      };
    case 'concat':
      return concat(inputs);
    case 'flatten':
      return { shape: [input.values.length], values: input.values };
    case 'dropout':
      return input;
    case 'dense':
      return dense(network, node, input);
    case 'softmax':
      return softmax(input);
  }
}

/**
 * Output of the last node for one example.
 * @param onInputs called before each node with what it reads
 */
export function runReference(
  network: Network,
  example: Plain,
  onInputs: (node: NetworkNode, inputs: readonly Plain[]) => void = () => undefined,
): Plain {
  const outputs = new Map<string, Plain>();
  for (const node of network.nodes) {
    const inputs =
      node.op === 'input'
        ? [example]
        : node.inputs.map((name) => {
            const output = outputs.get(name);
            if (!output) throw new Error(`${node.name} reads ${name}, which is not there yet`);
            return output;
          });
    onInputs(node, inputs);
    outputs.set(node.name, runNode(network, node, inputs));
  }
  const result = outputs.get(outputNode(network).name);
  if (!result) throw new Error('no output');
  return result;
}
