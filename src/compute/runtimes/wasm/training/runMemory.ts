/** One training run in one WebAssembly memory: where its weights, its optimiser's memories and its batch lie. */

import { allocateFloats } from '../../../../shared/allocate.ts';
import type { HeadLayer } from '../../../training/headLayers.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { ALIGNMENT_BYTES, createFixedMemory, FLOAT_BYTES, roundUp } from '../memory.ts';
import { OPTIMIZER_BYTES } from './assembly/optimizerRecord.ts';

/** Inputs of a layer are filled up to this with zeros: whole blocks, and whole panels of the layer before. */
const INPUT_STEP = 24;
/** Address 0 stands for "none". */
const FIRST_ADDRESS = ALIGNMENT_BYTES;

/** A weight, `[panels, paddedInputs, PANEL]`. What fills it up is zero and stays so, as its gradients are zero. */
export interface PlacedWeight {
  readonly inputs: number;
  readonly units: number;
  readonly paddedInputs: number;
  readonly panels: number;
  readonly address: number;
  readonly sizeBytes: number;
  /** Bytes from the weight to each of its slots, which are laid out as it is. */
  readonly toSlots: readonly number[];
  /** Bytes from the weight to its gathered gradient; null where gradients are not gathered. */
  readonly toSums: number | null;
}

export interface PlacedLayer extends HeadLayer {
  readonly kernel: PlacedWeight;
  /** A weight with one input, which is always 1. Zeros where the layer has none. */
  readonly bias: PlacedWeight;
  /** Address of its inputs, `[rowCapacity, kernel.paddedInputs]`, after dropout. */
  readonly rows: number;
  /** Address of its outputs, which are the next layer's inputs or the logits. */
  readonly outputs: number;
  /** Bytes from row to row of its outputs. */
  readonly outputStride: number;
  /** Address of the gradient of its outputs, `[panels, rows of the batch, PANEL]`. */
  readonly gradients: number;
}

export interface RunMemory {
  readonly memory: WebAssembly.Memory;
  /** All of the memory, which never grows. */
  readonly floats: Float32Array;
  readonly layers: readonly PlacedLayer[];
  /** A multiple of `BLOCK`. */
  readonly rowCapacity: number;
  /** Addresses of a layer's inputs as `pack` leaves them, for the forward pass and for the update. */
  readonly packedRows: number;
  readonly packedColumns: number;
  /** Address of the input of the biases, packed for the update of a whole batch. */
  readonly ones: number;
  /** Address of the optimiser's record. */
  readonly optimizer: number;
}

export interface RunMemoryOptions {
  /** Rows of a forward pass. */
  readonly rowCapacity: number;
  readonly batchSize: number;
  /** What the optimiser remembers of each weight. */
  readonly slotCount: number;
  /** Room for gradients that do not go into the optimiser where they arise. */
  readonly gathers: boolean;
}

/** @throws AppError `outOfMemory` */
export function createRunMemory(
  headLayers: readonly HeadLayer[],
  { rowCapacity, batchSize, slotCount, gathers }: RunMemoryOptions,
): RunMemory {
  let end = FIRST_ADDRESS;
  const take = (bytes: number) => {
    const address = end;
    end = roundUp(end + bytes, ALIGNMENT_BYTES);
    return address;
  };
  const takeFloats = (count: number) => take(count * FLOAT_BYTES);
  const takeWeight = (inputs: number, units: number, paddedInputs: number): PlacedWeight => {
    const panels = Math.ceil(units / PANEL);
    const sizeBytes = panels * paddedInputs * PANEL * FLOAT_BYTES;
    const address = take(sizeBytes);
    const takeBeside = () => take(sizeBytes) - address;
    const toSlots = Array.from({ length: slotCount }, takeBeside);
    const toSums = gathers ? takeBeside() : null;
    return { inputs, units, paddedInputs, panels, address, sizeBytes, toSlots, toSums };
  };

  const padded = headLayers.map(({ inputs }) => roundUp(inputs, INPUT_STEP));
  const widest = Math.max(...padded);
  const rowCount = roundUp(rowCapacity, BLOCK);
  const rowAddresses = padded.map((width) => takeFloats(rowCount * width));
  const layers = headLayers.map((layer, index): PlacedLayer => {
    const { inputs, units } = layer;
    const kernel = takeWeight(inputs, units, padded[index] as number);
    const outputWidth = padded[index + 1] ?? kernel.panels * PANEL;
    return {
      ...layer,
      kernel,
      bias: takeWeight(1, units, BLOCK),
      rows: rowAddresses[index] as number,
      outputs: rowAddresses[index + 1] ?? takeFloats(rowCount * outputWidth),
      outputStride: outputWidth * FLOAT_BYTES,
      gradients: takeFloats(batchSize * roundUp(outputWidth, PANEL)),
    };
  });
  const places = {
    layers,
    rowCapacity: rowCount,
    packedRows: takeFloats(rowCount * widest),
    packedColumns: takeFloats(batchSize * widest),
    ones: takeFloats(batchSize * BLOCK),
    optimizer: take(OPTIMIZER_BYTES),
  };
  const memory = createFixedMemory(end);
  const floats = new Float32Array(memory.buffer);
  const firstOne = places.ones / FLOAT_BYTES;
  for (let row = 0; row < batchSize; row++) floats[firstOne + row * BLOCK] = 1;
  return { ...places, memory, floats };
}

/** Steps, in values, from input to input and from unit to unit of an array that is laid out plainly. */
export interface PlainOrder {
  readonly inputStep: number;
  readonly unitStep: number;
}

/** As a network has its weights: `[inputs, units]`. */
export const inputsFirst = ({ units }: PlacedWeight): PlainOrder => ({ inputStep: units, unitStep: 1 });
/** As an optimiser's state has them: `[units, inputs]`. */
export const unitsFirst = ({ inputs }: PlacedWeight): PlainOrder => ({ inputStep: 1, unitStep: inputs });

/** Calls `copy` for each input of each panel, with the place of its units packed and plain. */
function eachPanelRow(
  { inputs, units, paddedInputs, panels }: PlacedWeight,
  { inputStep, unitStep }: PlainOrder,
  copy: (packed: number, plain: number, unitCount: number) => void,
): void {
  for (let panel = 0; panel < panels; panel++) {
    const unitCount = Math.min(PANEL, units - panel * PANEL);
    for (let input = 0; input < inputs; input++) {
      copy((panel * paddedInputs + input) * PANEL, input * inputStep + panel * PANEL * unitStep, unitCount);
    }
  }
}

/** Puts a weight, or a slot that lies `offset` bytes behind it, into memory. */
export function writeWeight(
  floats: Float32Array,
  weight: PlacedWeight,
  values: Float32Array,
  order: PlainOrder,
  offset = 0,
): void {
  const base = (weight.address + offset) / FLOAT_BYTES;
  const { unitStep } = order;
  eachPanelRow(weight, order, (packed, plain, unitCount) => {
    for (let unit = 0; unit < unitCount; unit++) {
      floats[base + packed + unit] = values[plain + unit * unitStep] as number;
    }
  });
}

/** The other way round. */
export function readWeight(
  floats: Float32Array,
  weight: PlacedWeight,
  order: PlainOrder,
  offset = 0,
): Float32Array<ArrayBuffer> {
  const values = allocateFloats(weight.inputs * weight.units);
  const base = (weight.address + offset) / FLOAT_BYTES;
  const { unitStep } = order;
  eachPanelRow(weight, order, (packed, plain, unitCount) => {
    for (let unit = 0; unit < unitCount; unit++) {
      values[plain + unit * unitStep] = floats[base + packed + unit] as number;
    }
  });
  return values;
}
