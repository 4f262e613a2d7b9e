/** Weights as the parts of a file: turned to the order and rounded to the precision of a format when they are written. */
import type { Precision } from '../domain/modelExport.ts';
import type { Weight } from '../network/network.ts';
import { ACTIVATION_LEVELS, quantiseKernel } from '../network/quantise.ts';
import { allocate } from '../shared/allocate.ts';
import { encodeHalf } from '../shared/half.ts';
import { bytesOf, type LateBytes } from './fileParts.ts';
import { fitsFloat16 } from './float16.ts';

/** Turns numbers into the order of the file; the type of the array stays. */
export type Turn = <Values extends Float32Array<ArrayBuffer> | Int8Array<ArrayBuffer>>(
  values: Values,
) => Values;

const asItIs: Turn = (values) => values;

export type WeightPart =
  | { readonly type: 'float32'; readonly bytes: LateBytes }
  | { readonly type: 'float16'; readonly bytes: LateBytes }
  | {
      readonly type: 'int8';
      readonly bytes: LateBytes;
      /** `[filters]`: a weight is its integer times the scale of its filter, the last axis of the kernel. */
      readonly scales: Float32Array<ArrayBuffer>;
    };

/**
 * A kernel in the precision that was chosen. One that float16 cannot hold stays in float32.
 * @param kernel `[…, filters]`
 */
export function kernelPart(kernel: Weight, precision: Precision, turn: Turn = asItIs): WeightPart {
  if (precision === 'int8') {
    const { values, scales } = roundToSteps(kernel);
    const bytes = { sizeBytes: values.byteLength, make: () => bytesOf(turn(values)) };
    return { type: 'int8', bytes, scales };
  }
  if (precision === 'float16' && fitsFloat16(kernel.values)) {
    const sizeBytes = 2 * kernel.values.length;
    return { type: 'float16', bytes: { sizeBytes, make: () => bytesOf(encodeHalf(turn(kernel.values))) } };
  }
  const sizeBytes = kernel.values.byteLength;
  return { type: 'float32', bytes: { sizeBytes, make: () => bytesOf(turn(kernel.values)) } };
}

/** In 255 steps from −127 to 127, each filter with steps of its own. */
function roundToSteps({ shape, values }: Weight) {
  const filters = shape.at(-1) ?? 1;
  // With the levels as the range, the scale of the inputs is one: nothing but the weights is rounded.
  return quantiseKernel({ shape: [1, 1, values.length / filters, filters], values }, [ACTIVATION_LEVELS], 1);
}

/**
 * From `[height, width, inChannels / groups, filters]` to `[filters, inChannels / groups, height, width]`, as programs
 * have it that put channels first.
 */
export function toChannelsFirst({ shape }: Pick<Weight, 'shape'>): Turn {
  const [height = 1, width = 1, inputs = 1, filters = 1] = shape;
  const places = height * width;
  return (values) => {
    const turned = allocate(() => values.slice() as typeof values);
    for (let filter = 0, to = 0; filter < filters; filter++) {
      for (let input = 0; input < inputs; input++) {
        for (let place = 0; place < places; place++) {
          turned[to++] = values[(place * inputs + input) * filters + filter] as number;
        }
      }
    }
    return turned;
  };
}
