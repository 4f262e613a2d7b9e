/** Convolutions of a part that trains, forward and backward, as products of patches and weights. */
import type { Conv2dNode } from '../../../../network/network.ts';
import { weightKey } from '../../../../network/network.ts';
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { PANEL } from '../assembly/tileShape.ts';
import { FLOAT_BYTES } from '../memory.ts';
import { gradientPlacesOf, roundsOf } from './arena.ts';
import * as RECORD from './assembly/productRecord.ts';
import {
  boundsOf,
  clearFloats,
  rectifyGradient,
  type StepWork,
  stepPlacesOf,
  type Workplace,
} from './partStep.ts';
import { type PanelShape, panelLength } from './placedParameters.ts';
import { planPhases, planTaps, type Tap, type WindowShape } from './windowPhases.ts';

const PANEL_LINE = PANEL * FLOAT_BYTES;

function windowOf(node: Conv2dNode, { inputShapes, outputShape }: TrainableStep): WindowShape {
  const [height = 1, width = 1] = inputShapes[0] ?? [];
  const [outHeight = 1, outWidth = 1] = outputShape;
  const { top, left } = node.padding;
  return {
    ...{ window: node.kernelSize, strides: node.strides, top, left },
    ...{ input: [height, width], output: [outHeight, outWidth] },
  };
}

/** By their place in the record. */
type RecordFields = Readonly<Record<number, number>>;

/** @throws Error if a weight has no place */
export function createProductStep(step: TrainableStep, workplace: Workplace): StepWork {
  const { kernels, memory, parameters, image, ownGradients, arena, layout } = workplace;
  const { node } = step;
  const kernel = parameters.byKey.get(weightKey(node.name, 'kernel'));
  if (node.op !== 'conv2d' || !kernel?.panels) throw new Error(`${node.name} has no kernel`);
  const shape: PanelShape = kernel.panels;
  const bias = parameters.byKey.get(weightKey(node.name, 'bias'));
  const window = windowOf(node, step);
  const places = stepPlacesOf(step, workplace);
  const { groups, channels, filters, channelPanels, paddedFilters } = shape;
  const perPicture = window.output[0] * window.output[1];
  const inputPixel = groups * channels * FLOAT_BYTES;
  const outputPixel = groups * filters * FLOAT_BYTES;
  const groupFloats = panelLength(shape) / groups;
  const [lowest, highest] = boundsOf(step);
  const record = arena + layout.record;
  const zeros = arena + layout.zeros;
  const forwardTaps = planTaps(window);
  const phases = planPhases(window);
  const isPartial = phases.some(({ taps }) => taps.length === 0);
  const kernelAt = (group: number) => image + (kernel.offset + group * groupFloats) * FLOAT_BYTES;
  const view = new DataView(memory.buffer, record, RECORD.FIRST_TAP + forwardTaps.length * RECORD.TAP_BYTES);

  const rooms: RecordFields = {
    [RECORD.ZEROS]: zeros,
    [RECORD.SPOTS]: arena + layout.spots,
    [RECORD.PATCHES]: arena + layout.patches,
    [RECORD.GRADIENTS]: arena + layout.packedGradients,
    [RECORD.TILE_ROOM]: arena + layout.tile,
  };
  /** @param weightBytes from the weights of a panel to those of a tap, by the tap's place in the window */
  function writeRecord(fields: RecordFields, taps: readonly Tap[], weightBytes: number): void {
    for (const [name, value] of Object.entries({ ...rooms, ...fields, [RECORD.TAPS]: taps.length })) {
      const at = Number(name);
      if (at === RECORD.LOWEST || at === RECORD.HIGHEST) view.setFloat32(at, value, true);
      else view.setUint32(at, value, true);
    }
    taps.forEach(({ down, across, index }, i) => {
      const at = RECORD.FIRST_TAP + i * RECORD.TAP_BYTES;
      view.setInt32(at, down, true);
      view.setInt32(at + 4, across, true);
      view.setInt32(at + 8, index * weightBytes, true);
    });
  }
  /** The window over the input. */
  const overInput: RecordFields = {
    ...{
      [RECORD.HEIGHT]: window.input[0],
      [RECORD.WIDTH]: window.input[1],
      [RECORD.PIXEL]: inputPixel,
      [RECORD.CHANNELS]: channels,
    },
    ...{ [RECORD.GRID_HEIGHT]: window.output[0], [RECORD.GRID_WIDTH]: window.output[1] },
    ...{ [RECORD.STRIDE_Y]: window.strides[0], [RECORD.STRIDE_X]: window.strides[1] },
    ...{ [RECORD.OUT_PIXEL]: outputPixel, [RECORD.IS_WHOLE]: 1, [RECORD.COLUMNS]: filters, [RECORD.ADDS]: 0 },
  };
  const forwardRounds = roundsOf(forwardTaps.length, channels);

  function sendBack(rows: number, to: number, adds: 0 | 1): void {
    if (isPartial && !adds) clearFloats(memory, to, rows * sizeOf(step.inputShapes[0] ?? []));
    for (const { taps, first, grid } of phases) {
      if (taps.length === 0) continue;
      const rounds = roundsOf(taps.length, filters);
      for (let group = 0; group < groups; group++) {
        writeRecord(
          {
            ...{ [RECORD.MAP]: places.gradient + group * filters * FLOAT_BYTES, [RECORD.PIXEL]: outputPixel },
            ...{
              [RECORD.HEIGHT]: window.output[0],
              [RECORD.WIDTH]: window.output[1],
              [RECORD.CHANNELS]: filters,
            },
            ...{
              [RECORD.GRID_HEIGHT]: grid[0],
              [RECORD.GRID_WIDTH]: grid[1],
              [RECORD.STRIDE_Y]: 1,
              [RECORD.STRIDE_X]: 1,
            },
            ...{ [RECORD.OUT]: to + group * channels * FLOAT_BYTES, [RECORD.OUT_PIXEL]: inputPixel },
            ...{
              [RECORD.OUT_HEIGHT]: window.input[0],
              [RECORD.OUT_WIDTH]: window.input[1],
              [RECORD.OUT_Y]: first[0],
              [RECORD.OUT_X]: first[1],
            },
            ...{ [RECORD.OUT_STRIDE_Y]: window.strides[0], [RECORD.OUT_STRIDE_X]: window.strides[1] },
            ...{
              [RECORD.IS_WHOLE]: phases.length === 1 ? 1 : 0,
              [RECORD.COLUMNS]: channels,
              [RECORD.ADDS]: adds,
            },
            ...{
              [RECORD.WEIGHTS]: kernelAt(group),
              [RECORD.PANEL_BYTES]: paddedFilters * PANEL_LINE,
              [RECORD.BIAS]: zeros,
            },
            ...{ [RECORD.LOWEST]: Number.NEGATIVE_INFINITY, [RECORD.HIGHEST]: Number.POSITIVE_INFINITY },
            ...{
              [RECORD.ROUND_TAPS]: rounds.taps,
              [RECORD.ROUND_CHANNELS]: rounds.channels,
              [RECORD.ROUND_PLACES]: rounds.places,
            },
          },
          taps,
          channelPanels * paddedFilters * PANEL_LINE,
        );
        kernels.gatherProduct(record, rows * grid[0] * grid[1]);
      }
    }
  }

  return {
    forward({ rows }) {
      for (let group = 0; group < groups; group++) {
        const packed = arena + layout.forwardWeights;
        kernels.packForward(kernelAt(group), forwardTaps.length, channels, filters, paddedFilters, packed);
        const firstFilter = group * filters * FLOAT_BYTES;
        writeRecord(
          {
            ...overInput,
            ...{ [RECORD.MAP]: (places.inputs[0] ?? 0) + group * channels * FLOAT_BYTES },
            ...{ [RECORD.OUT]: places.output + firstFilter, [RECORD.WEIGHTS]: packed },
            [RECORD.PANEL_BYTES]: forwardTaps.length * channels * PANEL_LINE,
            [RECORD.BIAS]: bias ? image + bias.offset * FLOAT_BYTES + firstFilter : zeros,
            ...{
              [RECORD.LOWEST]: lowest,
              [RECORD.HIGHEST]: highest,
              [RECORD.ROUND_TAPS]: forwardRounds.taps,
            },
            ...{
              [RECORD.ROUND_CHANNELS]: forwardRounds.channels,
              [RECORD.ROUND_PLACES]: forwardRounds.places,
            },
          },
          forwardTaps,
          channels * PANEL_LINE,
        );
        kernels.gatherProduct(record, rows * perPicture);
      }
    },
    backward({ rows, begun }) {
      const { gradient } = places;
      const count = rows * perPicture;
      rectifyGradient(step, places, workplace, rows);
      if (bias)
        kernels.addPixels(gradient, count, groups * filters, ownGradients + bias.offset * FLOAT_BYTES);
      for (let group = 0; group < groups; group++) {
        writeRecord(
          {
            ...overInput,
            ...{ [RECORD.MAP]: (places.inputs[0] ?? 0) + group * channels * FLOAT_BYTES },
            ...{
              [RECORD.OUT]: gradient + group * filters * FLOAT_BYTES,
              [RECORD.ROUND_PLACES]: gradientPlacesOf(filters),
            },
            [RECORD.WEIGHTS]: ownGradients + (kernel.offset + group * groupFloats) * FLOAT_BYTES,
            [RECORD.PANEL_BYTES]: paddedFilters * PANEL_LINE,
          },
          forwardTaps,
          0,
        );
        kernels.kernelGradient(record, count);
      }
      const sent = places.sendTo(0, begun);
      if (sent) sendBack(rows, sent.to, sent.adds);
    },
  };
}
