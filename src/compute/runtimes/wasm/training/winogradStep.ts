/** Convolutions 3×3 of a part that trains, forward and backward by Winograd's algorithm, a chunk of tiles at a time. */
import { weightKey } from '../../../../network/network.ts';
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { POSITIONS } from '../assembly/winogradShape.ts';
import { FLOAT_BYTES, roundUp } from '../memory.ts';
import * as TILES from './assembly/tileRecord.ts';
import {
  boundsOf,
  clearFloats,
  rectifyGradient,
  type StepWork,
  stepPlacesOf,
  type Workplace,
} from './partStep.ts';
import { groupSizeOf, tilesTogether, type WinogradShape } from './winogradChunks.ts';

const PANEL_LINE = PANEL * FLOAT_BYTES;
/** Pixels along a side of a tile that a window of 3×3 makes two of. */
const WIDE = 4;
const NARROW = 2;

interface Chunk {
  readonly first: number;
  readonly count: number;
  /** With those that fill it up. */
  readonly tiles: number;
}

/** @throws Error if a weight has no place */
export function createWinogradStep(
  step: TrainableStep,
  shape: WinogradShape,
  workplace: Workplace,
): StepWork {
  const { kernels, memory, parameters, image, ownGradients, arena, layout } = workplace;
  const { node } = step;
  const kernel = parameters.byKey.get(weightKey(node.name, 'kernel'));
  if (node.op !== 'conv2d' || !kernel?.panels) throw new Error(`${node.name} has no kernel`);
  const { paddedFilters, channelPanels } = kernel.panels;
  const { channels, filters, down, across } = shape;
  const bias = parameters.byKey.get(weightKey(node.name, 'bias'));
  const places = stepPlacesOf(step, workplace);
  const [lowest, highest] = boundsOf(step);
  const [height = 1, width = 1] = step.inputShapes[0] ?? [];
  const [outHeight = 1, outWidth = 1] = step.outputShape;
  const rooms = layout.winograd;
  const record = arena + layout.record;
  const view = new DataView(memory.buffer, record, TILES.TILE_BYTES);
  const tapBytes = channelPanels * paddedFilters * PANEL_LINE;
  const kernelAt = image + kernel.offset * FLOAT_BYTES;
  const sumsAt = ownGradients + kernel.offset * FLOAT_BYTES;
  const biasAt = bias ? image + bias.offset * FLOAT_BYTES : arena + layout.zeros;
  const [inputs, outputs] = [arena + rooms.inputs, arena + rooms.outputs];
  const [weights, sums] = [arena + rooms.weights, arena + rooms.sums];
  const [wide, narrow] = [arena + rooms.wideTable, arena + rooms.narrowTable];

  function locate(
    to: number,
    fields: Readonly<Record<number, number>>,
    { first, count, tiles }: Chunk,
  ): void {
    const all = { [TILES.DOWN]: down, [TILES.ACROSS]: across, ...fields };
    for (const [at, value] of Object.entries(all)) view.setInt32(Number(at), value, true);
    kernels.locateTiles(record, first, count, tiles, to);
  }
  /** Tiles of a map like the input. @param outside stands for pixels that are none */
  function locateWide(map: number, outside: number, chunk: Chunk): void {
    const size = { [TILES.HEIGHT]: height, [TILES.WIDTH]: width, [TILES.PIXEL]: channels * FLOAT_BYTES };
    const { top, left } = node.op === 'conv2d' ? node.padding : { top: 0, left: 0 };
    const side = { [TILES.SIDE]: WIDE, [TILES.TOP]: top, [TILES.LEFT]: left };
    locate(wide, { ...size, ...side, [TILES.BASE]: map, [TILES.OUTSIDE]: outside }, chunk);
  }
  /** Tiles of a map like the output. */
  function locateNarrow(map: number, outside: number, chunk: Chunk): void {
    const size = { [TILES.HEIGHT]: outHeight, [TILES.WIDTH]: outWidth, [TILES.PIXEL]: filters * FLOAT_BYTES };
    const side = { [TILES.SIDE]: NARROW, [TILES.TOP]: 0, [TILES.LEFT]: 0 };
    locate(narrow, { ...size, ...side, [TILES.BASE]: map, [TILES.OUTSIDE]: outside }, chunk);
  }

  function eachChunk(rows: number, work: (chunk: Chunk) => void): void {
    const all = rows * down * across;
    const most = tilesTogether(shape, layout.capacity);
    for (let first = 0; first < all; first += most) {
      const count = Math.min(most, all - first);
      work({ first, count, tiles: roundUp(count, BLOCK) });
    }
  }
  function eachGroup(count: number, others: number, work: (first: number, panels: number) => void): void {
    const size = groupSizeOf(count, others);
    for (let first = 0; first < count; first += size) work(first, Math.min(size, count - first) / PANEL);
  }

  const zeros = arena + layout.zeros;
  const nowhere = arena + rooms.nowhere;
  const filterPanels = filters / PANEL;

  function sendBack(firstChannel: number, panels: number, { tiles }: Chunk): void {
    kernels.multiplyTiles(outputs, tiles, filterPanels, weights, panels, inputs);
    kernels.addTiles(inputs, tiles, panels, wide, firstChannel * FLOAT_BYTES);
  }

  return {
    forward({ rows }) {
      eachGroup(filters, channels, (firstFilter, panels) => {
        const from = kernelAt + firstFilter * PANEL_LINE;
        const [count, skipped] = [panels * PANEL, firstFilter * FLOAT_BYTES];
        kernels.transformForward(from, channelPanels, count, paddedFilters, tapBytes, outputs, weights);
        eachChunk(rows, (chunk) => {
          const { tiles } = chunk;
          locateWide(places.inputs[0] ?? 0, zeros, chunk);
          kernels.transformTiles(wide, 0, tiles, channelPanels, inputs);
          kernels.multiplyTiles(inputs, tiles, channelPanels, weights, panels, outputs);
          locateNarrow(places.output, nowhere, chunk);
          kernels.transformProducts(
            outputs,
            tiles,
            panels,
            narrow,
            skipped,
            biasAt + skipped,
            lowest,
            highest,
          );
        });
      });
    },
    backward({ rows, begun }) {
      rectifyGradient(step, places, workplace, rows);
      const { gradient } = places;
      const pixels = rows * outHeight * outWidth;
      if (bias) kernels.addPixels(gradient, pixels, filters, ownGradients + bias.offset * FLOAT_BYTES);
      const sent = places.sendTo(0, begun);
      if (sent && !sent.adds) clearFloats(memory, sent.to, rows * sizeOf(step.inputShapes[0] ?? []));
      eachGroup(channels, filters, (firstChannel, panels) => {
        const skipped = (firstChannel / PANEL) * paddedFilters * PANEL_LINE;
        clearFloats(memory, sums, POSITIONS * (panels * PANEL * filters + TILES.POSITION_GAP / FLOAT_BYTES));
        if (sent)
          kernels.transformBackward(kernelAt + skipped, tapBytes, panels, filters, paddedFilters, weights);
        eachChunk(rows, (chunk) => {
          const { tiles } = chunk;
          locateNarrow(gradient, zeros, chunk);
          kernels.transformGradients(narrow, tiles, filterPanels, outputs);
          locateWide(places.inputs[0] ?? 0, zeros, chunk);
          kernels.transformTiles(wide, firstChannel * FLOAT_BYTES, tiles, panels, inputs);
          kernels.addTileProducts(outputs, filterPanels, inputs, panels, tiles, sums);
          if (!sent) return;
          locateWide(sent.to, nowhere, chunk);
          sendBack(firstChannel, panels, chunk);
        });
        kernels.addKernels(sums, tapBytes, panels, filters, paddedFilters, sumsAt + skipped);
      });
    },
  };
}
