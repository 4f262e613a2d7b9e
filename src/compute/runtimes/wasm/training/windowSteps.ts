/** Windows that slide over each channel by itself, in a part that trains: pools and depthwise convolutions. */
import { weightKey } from '../../../../network/network.ts';
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { FLOAT_BYTES } from '../memory.ts';
import * as RECORD from './assembly/windowRecord.ts';
import {
  boundsOf,
  clearFloats,
  HIGHEST_OF,
  type StepWork,
  stepPlacesOf,
  type Workplace,
} from './partStep.ts';

/** Writes the window of a pool or of a depthwise convolution, and returns its address. */
function windowRecord(step: TrainableStep, { memory, arena, layout }: Workplace): () => number {
  const { node, inputShapes, outputShape } = step;
  if (node.op !== 'maxPool' && node.op !== 'avgPool' && node.op !== 'conv2d')
    throw new Error(`${node.name} has no window`);
  const record = arena + layout.record;
  const [height = 1, width = 1, channels = 1] = inputShapes[0] ?? [];
  const [outHeight = 1, outWidth = 1] = outputShape;
  const [windowHeight, windowWidth] = node.op === 'conv2d' ? node.kernelSize : node.poolSize;
  const fields: readonly (readonly [number, number])[] = [
    [RECORD.HEIGHT, height],
    [RECORD.WIDTH, width],
    [RECORD.CHANNELS, channels],
    [RECORD.OUT_HEIGHT, outHeight],
    [RECORD.OUT_WIDTH, outWidth],
    [RECORD.WINDOW_HEIGHT, windowHeight],
    [RECORD.WINDOW_WIDTH, windowWidth],
    [RECORD.STRIDE_Y, node.strides[0]],
    [RECORD.STRIDE_X, node.strides[1]],
    [RECORD.TOP, node.padding.top],
    [RECORD.LEFT, node.padding.left],
  ];
  const view = new DataView(memory.buffer, record, RECORD.WINDOW_BYTES);
  return () => {
    for (const [at, value] of fields) view.setInt32(at, value, true);
    return record;
  };
}

export function createDepthwiseStep(step: TrainableStep, workplace: Workplace): StepWork {
  const { kernels, memory, parameters, image, ownGradients, arena, layout } = workplace;
  const places = stepPlacesOf(step, workplace);
  const recordOf = windowRecord(step, workplace);
  const kernel = parameters.byKey.get(weightKey(step.node.name, 'kernel'));
  const bias = parameters.byKey.get(weightKey(step.node.name, 'bias'));
  if (!kernel) throw new Error(`${step.node.name} has no kernel`);
  const weights = image + kernel.offset * FLOAT_BYTES;
  const biases = bias ? image + bias.offset * FLOAT_BYTES : arena + layout.zeros;
  const [lowest, highest] = boundsOf(step);
  const [input = 0] = places.inputs;
  const width = sizeOf(step.outputShape);
  const channels = step.outputShape.at(-1) ?? 1;
  return {
    forward({ rows }) {
      kernels.depthwiseForward(recordOf(), input, weights, biases, places.output, rows, lowest, highest);
    },
    backward({ rows, begun }) {
      const { gradient, output } = places;
      if (step.activation) {
        kernels.reluBackward(gradient, output, gradient, rows * width, HIGHEST_OF[step.activation], 0);
      }
      if (bias) {
        const pixels = (rows * width) / channels;
        kernels.addPixels(gradient, pixels, channels, ownGradients + bias.offset * FLOAT_BYTES);
      }
      const sent = places.sendTo(0, begun);
      if (sent && !sent.adds) clearFloats(memory, sent.to, rows * sizeOf(step.inputShapes[0] ?? []));
      const sums = ownGradients + kernel.offset * FLOAT_BYTES;
      kernels.depthwiseBackward(recordOf(), gradient, input, weights, sums, sent?.to ?? 0, rows);
    },
  };
}

export function createPoolStep(step: TrainableStep, workplace: Workplace): StepWork {
  const { kernels, memory } = workplace;
  const places = stepPlacesOf(step, workplace);
  const recordOf = windowRecord(step, workplace);
  const isMax = step.node.op === 'maxPool' ? 1 : 0;
  const [input = 0] = places.inputs;
  return {
    forward({ rows }) {
      kernels.poolForward(recordOf(), input, places.output, rows, isMax);
    },
    backward({ rows, begun }) {
      const sent = places.sendTo(0, begun);
      if (!sent) return;
      if (!sent.adds) clearFloats(memory, sent.to, rows * sizeOf(step.inputShapes[0] ?? []));
      kernels.poolBackward(recordOf(), places.gradient, input, places.output, sent.to, rows, isMax);
    },
  };
}

export function createGlobalPoolStep(step: TrainableStep, workplace: Workplace): StepWork {
  const { kernels } = workplace;
  const places = stepPlacesOf(step, workplace);
  const [input = 0] = places.inputs;
  const channels = step.outputShape.at(-1) ?? 1;
  const pixels = sizeOf(step.inputShapes[0] ?? []) / channels;
  const isMax = step.node.op === 'globalMaxPool' ? 1 : 0;
  return {
    forward({ rows }) {
      kernels.globalForward(input, places.output, rows, pixels, channels, isMax);
    },
    backward({ rows, begun }) {
      const sent = places.sendTo(0, begun);
      if (!sent) return;
      const { gradient, output } = places;
      kernels.globalBackward(gradient, input, output, sent.to, rows, pixels, channels, isMax, sent.adds);
    },
  };
}
