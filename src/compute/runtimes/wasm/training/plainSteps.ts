/** The nodes of a part that trains that have no product: maps added, cut, pooled, scaled, bent. */
import type { ActivationKind } from '../../../../network/network.ts';
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { FLOAT_BYTES } from '../memory.ts';
import * as CODES from './assembly/activationCodes.ts';
import { boundsOf, type StepPlaces, type StepWork, stepPlacesOf, type Workplace } from './partStep.ts';
import { createGlobalPoolStep, createPoolStep } from './windowSteps.ts';

const ACTIVATION_CODES: Readonly<Record<ActivationKind, number>> = {
  leakyRelu: CODES.LEAKY_RELU,
  sigmoid: CODES.SIGMOID,
  silu: CODES.SILU,
  hardSwish: CODES.HARD_SWISH,
};

const NOTHING: StepWork = { forward: () => undefined, backward: () => undefined };

/** Sends the gradient on as it is, to every input that wants it. */
function passOn(step: TrainableStep, { kernels }: Workplace, places: StepPlaces): StepWork['backward'] {
  const width = sizeOf(step.outputShape);
  return ({ rows, begun }) => {
    step.inputs.forEach((_, index) => {
      const sent = places.sendTo(index, begun);
      if (sent) kernels.copyColumns(places.gradient, 0, sent.to, 0, rows * width, 1, sent.adds);
    });
  };
}

function createConcat(step: TrainableStep, workplace: Workplace): StepWork {
  const { kernels } = workplace;
  const places = stepPlacesOf(step, workplace);
  const widths = step.inputShapes.map((shape) => shape.at(-1) ?? 1);
  const total = step.outputShape.at(-1) ?? 1;
  const lines = sizeOf(step.outputShape) / total;
  const firsts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width, 0));
  const stride = total * FLOAT_BYTES;
  return {
    forward({ rows }) {
      widths.forEach((width, i) => {
        const to = places.output + (firsts[i] ?? 0) * FLOAT_BYTES;
        kernels.copyColumns(places.inputs[i] ?? 0, width * FLOAT_BYTES, to, stride, width, rows * lines, 0);
      });
    },
    backward({ rows, begun }) {
      widths.forEach((width, i) => {
        const sent = places.sendTo(i, begun);
        if (!sent) return;
        const from = places.gradient + (firsts[i] ?? 0) * FLOAT_BYTES;
        kernels.copyColumns(from, stride, sent.to, width * FLOAT_BYTES, width, rows * lines, sent.adds);
      });
    },
  };
}

/** A factor and a summand for each channel, which stay as they are. */
function createFrozenNorm(step: TrainableStep, workplace: Workplace): StepWork {
  const { kernels, parameters, image } = workplace;
  const placed = parameters.constants.get(step.node.name);
  if (!placed) throw new Error(`${step.node.name} has no factors`);
  const places = stepPlacesOf(step, workplace);
  const [scale, shift] = [image + placed.scale * FLOAT_BYTES, image + placed.shift * FLOAT_BYTES];
  const channels = step.outputShape.at(-1) ?? 1;
  const pixels = sizeOf(step.outputShape) / channels;
  const [lowest, highest] = boundsOf(step);
  return {
    forward({ rows }) {
      const [input = 0] = places.inputs;
      kernels.scaleShift(input, scale, shift, places.output, rows * pixels, channels, lowest, highest);
    },
    backward({ rows, begun }) {
      const sent = places.sendTo(0, begun);
      if (sent) kernels.scaleBackward(places.gradient, scale, sent.to, rows * pixels, channels, sent.adds);
    },
  };
}

/** The node of a step that has no weights that learn. @throws Error for one that has */
export function createPlainStep(step: TrainableStep, workplace: Workplace): StepWork {
  const { kernels, arena, layout } = workplace;
  const { node } = step;
  if (node.op === 'input') return NOTHING;
  const places = stepPlacesOf(step, workplace);
  const [input = 0, second = 0, ...others] = places.inputs;
  const { output, gradient } = places;
  const width = sizeOf(step.outputShape);
  switch (node.op) {
    case 'relu': {
      const highest = node.maxValue ?? Number.POSITIVE_INFINITY;
      return {
        forward: ({ rows }) => kernels.reluForward(input, output, rows * width, highest),
        backward({ rows, begun }) {
          const sent = places.sendTo(0, begun);
          if (sent) kernels.reluBackward(gradient, output, sent.to, rows * width, highest, sent.adds);
        },
      };
    }
    case 'activation': {
      const code = ACTIVATION_CODES[node.kind];
      return {
        forward: ({ rows }) => kernels.activate(code, node.slope, input, output, rows * width),
        backward({ rows, begun }) {
          const sent = places.sendTo(0, begun);
          if (!sent) return;
          kernels.activationBackward(code, node.slope, gradient, input, sent.to, rows * width, sent.adds);
        },
      };
    }
    case 'maxPool':
    case 'avgPool':
      return createPoolStep(step, workplace);
    case 'globalAvgPool':
    case 'globalMaxPool':
      return createGlobalPoolStep(step, workplace);
    case 'add':
      return {
        forward({ rows }) {
          kernels.addMaps(input, second, output, rows * width);
          for (const other of others) kernels.addMaps(output, other, output, rows * width);
        },
        backward: passOn(step, workplace, places),
      };
    case 'concat':
      return createConcat(step, workplace);
    case 'flatten':
      return {
        forward: ({ rows }) => kernels.copyColumns(input, 0, output, 0, rows * width, 1, 0),
        backward: passOn(step, workplace, places),
      };
    case 'dropout': {
      const mask = layout.masks.get(node.name);
      const passes = passOn(step, workplace, places);
      return {
        forward({ rows, isTraining }) {
          if (!isTraining || mask === undefined) kernels.copyColumns(input, 0, output, 0, rows * width, 1, 0);
          else kernels.multiplyMaps(input, arena + mask, output, rows * width, 0);
        },
        backward(call) {
          if (mask === undefined) return passes(call);
          const sent = places.sendTo(0, call.begun);
          if (sent) kernels.multiplyMaps(gradient, arena + mask, sent.to, call.rows * width, sent.adds);
        },
      };
    }
    case 'batchNorm':
      return createFrozenNorm(step, workplace);
    default:
      throw new Error(`${node.name} (${node.op}) has weights`);
  }
}
