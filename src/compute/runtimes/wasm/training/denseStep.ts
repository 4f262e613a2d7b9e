/** A dense layer of a part that trains. Its weights lie as its forward pass reads them, and may move where their gradient arises. */
import { weightKey } from '../../../../network/network.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { FLOAT_BYTES } from '../memory.ts';
import { boundsOf, rectifyGradient, type StepWork, stepPlacesOf, type Workplace } from './partStep.ts';

/** @throws Error if a weight has no place */
export function createDenseStep(step: TrainableStep, workplace: Workplace): StepWork {
  const { kernels, parameters, image, ownGradients, arena, layout } = workplace;
  const { name } = step.node;
  const kernel = parameters.byKey.get(weightKey(name, 'kernel'));
  if (!kernel?.unitPanels) throw new Error(`${name} has no kernel`);
  const { inputs, units, paddedInputs, panels } = kernel.unitPanels;
  const bias = parameters.byKey.get(weightKey(name, 'bias'));
  const places = stepPlacesOf(step, workplace);
  const [lowest, highest] = boundsOf(step);
  const [packed, sides] = [arena + layout.dense.inputs, arena + layout.dense.outputs];
  const [inputLine, outputLine] = [inputs * FLOAT_BYTES, units * FLOAT_BYTES];
  const from = places.inputs[0] ?? 0;
  const weights = image + kernel.offset * FLOAT_BYTES;
  const biases = bias ? image + bias.offset * FLOAT_BYTES : arena + layout.zeros;

  return {
    forward({ rows }) {
      const blocks = Math.ceil(rows / BLOCK);
      kernels.pack(from, inputLine, rows, FLOAT_BYTES, inputs, blocks, paddedInputs, packed);
      kernels.dense(packed, blocks, paddedInputs, weights, biases, panels, lowest, highest, sides);
      const tileLine = panels * PANEL * FLOAT_BYTES;
      kernels.copyColumns(sides, tileLine, places.output, outputLine, units, rows, 0);
    },
    backward({ rows, begun, moves }) {
      const { gradient } = places;
      rectifyGradient(step, places, workplace, rows);
      if (bias) kernels.addPixels(gradient, rows, units, ownGradients + bias.offset * FLOAT_BYTES);
      kernels.packPanels(gradient, units, rows, sides);
      // By the weights that the rows went through, so before they move.
      const sent = places.sendTo(0, begun);
      if (sent) kernels.denseBackward(sides, rows, panels, weights, paddedInputs, inputs, sent.to, sent.adds);
      const blocks = paddedInputs / BLOCK;
      kernels.pack(from, FLOAT_BYTES, inputs, inputLine, rows, blocks, rows, packed);
      if (moves) {
        const { toFirst, toSecond, optimizer } = moves;
        kernels.update(packed, blocks, rows, sides, panels, weights, toFirst, toSecond, optimizer);
      } else {
        const sums = ownGradients + kernel.offset * FLOAT_BYTES;
        kernels.gather(packed, blocks, rows, sides, panels, sums, arena + layout.tile);
      }
    },
  };
}
