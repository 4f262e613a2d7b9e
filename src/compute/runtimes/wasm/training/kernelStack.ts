/**
 * The dense layers of a head over kernels of our own. Weights stay packed as the kernels read them, and the gradient of
 * a weight goes into the optimiser where it arises: the large arrays cross memory once forward and once backward a step.
 */
import type { Network, Weight } from '../../../../network/network.ts';
import type { Random } from '../../../../shared/random.ts';
import { toHeadLayers, weightValues } from '../../../training/headLayers.ts';
import type { FeatureTable, HeadState } from '../../../training/trainer.ts';
import { slotKey, type UpdateRule } from '../../../training/updateRule.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import type { CompiledKernels } from '../builds.ts';
import { FLOAT_BYTES } from '../memory.ts';
import * as RECORD from './assembly/optimizerRecord.ts';
import { writeRule } from './ruleRecord.ts';
import {
  createRunMemory,
  inputsFirst,
  type PlacedLayer,
  type PlacedWeight,
  readWeight,
  unitsFirst,
  writeWeight,
} from './runMemory.ts';
import { instantiateTrainingKernels } from './trainingKernels.ts';

export interface KernelStack {
  /** Most rows that a forward pass takes. */
  readonly rowCapacity: number;
  /** `[rowCapacity, logitStride]`, as the last forward pass left them. */
  readonly logits: Float32Array;
  readonly logitStride: number;
  /** Takes rows of the table as inputs. */
  load(table: FeatureTable, rows: Int32Array): void;
  /** From the inputs to the logits. @param random for dropout; null: none */
  forward(rowCount: number, random: Random | null): void;
  /** Where the gradient of the logits is to be put before `backward`: `[panels, rowCount, PANEL]`. */
  logitGradients(rowCount: number): Float32Array;
  /** From the gradient of the logits to moved weights. */
  backward(rowCount: number, ruleOf: RuleOf): void;
  /** From the gradient of the logits to that of the weights, added to those gathered before. */
  gather(rowCount: number): void;
  /** Moves the weights by what was gathered, held to a norm as in `clip.ts`. @param clipNorm null: as it is */
  applyGathered(ruleOf: RuleOf, clipNorm: number | null): void;
  /** Puts the weights of a head of the same layers in place. */
  writeWeights(head: Network): void;
  readWeights(): Record<string, Weight>;
  /** Of what is missing in it, nothing changes. */
  writeState(state: HeadState['optimizerState']): void;
  readState(): Record<string, Float32Array<ArrayBuffer>>;
}

/** @param isKernel decay and L2 touch kernels only */
type RuleOf = (isKernel: boolean) => UpdateRule;

export interface KernelStackOptions {
  /** Rows of a forward pass, at least. */
  readonly rowCapacity: number;
  readonly batchSize: number;
  readonly slotNames: readonly string[];
  /** Whether there is to be room for `gather`. */
  readonly gathers: boolean;
}

interface KeyedWeight {
  readonly key: string;
  readonly isKernel: boolean;
  readonly weight: PlacedWeight;
  /** As in the network. */
  readonly shape: readonly number[];
}

function toKeyedWeights({ inputs, units, kernelKey, kernel, biasKey, bias }: PlacedLayer): KeyedWeight[] {
  const ofKernel = { key: kernelKey, isKernel: true, weight: kernel, shape: [inputs, units] };
  if (biasKey === null) return [ofKernel];
  return [ofKernel, { key: biasKey, isKernel: false, weight: bias, shape: [units] }];
}

/**
 * A stack with the weights of `head`.
 * @throws AppError `outOfMemory`; Error as `toHeadLayers`, and if a layer other than the last has no ReLU
 */
export async function createKernelStack(
  compiled: CompiledKernels,
  head: Network,
  { rowCapacity, batchSize, slotNames, gathers }: KernelStackOptions,
): Promise<KernelStack> {
  const headLayers = toHeadLayers(head);
  // Where ReLU and dropout let nothing through is told by a zero among the next layer's inputs.
  if (headLayers.slice(0, -1).some(({ relu }) => !relu)) throw new Error('a hidden layer without a ReLU');
  const run = createRunMemory(headLayers, {
    ...{ rowCapacity, batchSize, gathers },
    slotCount: slotNames.length,
  });
  const { floats, layers } = run;
  const { buffer } = run.memory;
  const kernels = await instantiateTrainingKernels(compiled, run.memory);
  const [firstLayer, lastLayer] = [layers[0], layers.at(-1)];
  if (!firstLayer || !lastLayer) throw new Error('a head without a dense layer');
  const keyedWeights = layers.flatMap(toKeyedWeights);
  const record = new DataView(buffer, run.optimizer, RECORD.OPTIMIZER_BYTES);
  const logitStride = lastLayer.outputStride / FLOAT_BYTES;

  /** Inverted dropout, in place. Rows that only fill the batch up draw their numbers too. */
  function drop({ dropout, rows, kernel }: PlacedLayer, rowCount: number, random: Random): void {
    const scale = 1 / (1 - dropout);
    const first = rows / FLOAT_BYTES;
    for (let input = 0; input < kernel.inputs; input++) {
      for (let row = 0; row < batchSize; row++) {
        const isDropped = Math.fround(random.next()) < dropout;
        if (row >= rowCount) continue;
        const place = first + row * kernel.paddedInputs + input;
        floats[place] = isDropped ? 0 : (floats[place] as number) * scale;
      }
    }
  }

  /** Calls `visit` with each weight whose gradient can be told, from the last layer to the first. */
  function eachGradient(
    rowCount: number,
    visit: (weight: PlacedWeight, isKernel: boolean, columns: number, gradients: number) => void,
  ): void {
    for (let depth = layers.length - 1; depth >= 0; depth--) {
      const { kernel, bias, biasKey, rows, dropout, gradients } = layers[depth] as PlacedLayer;
      const { paddedInputs, panels, address } = kernel;
      const stride = paddedInputs * FLOAT_BYTES;
      const before = layers[depth - 1];
      if (before) {
        const source = [gradients, rowCount, panels, address, paddedInputs] as const;
        kernels.inputGradient(...source, rows, stride, 1 / (1 - dropout), before.gradients);
      }
      kernels.pack(rows, FLOAT_BYTES, stride, paddedInputs / BLOCK, rowCount, run.packedColumns);
      visit(kernel, true, run.packedColumns, gradients);
      if (biasKey !== null) visit(bias, false, run.ones, gradients);
    }
  }

  const sumsOf = ({ toSums }: PlacedWeight): number => {
    if (toSums === null) throw new Error('no room was made for gathered gradients');
    return toSums;
  };

  /** What gathered gradients are multiplied by, so that their norm is no larger. */
  function clipScale(clipNorm: number | null): number {
    if (clipNorm === null) return 1;
    const squares = keyedWeights.map(({ weight }) =>
      kernels.sumOfSquares(weight.address + sumsOf(weight), weight.sizeBytes),
    );
    return clipNorm / Math.max(Math.sqrt(squares.reduce((sum, square) => sum + square, 0)), clipNorm);
  }

  const stack: KernelStack = {
    rowCapacity: run.rowCapacity,
    logits: new Float32Array(buffer, lastLayer.outputs, run.rowCapacity * logitStride),
    logitStride,
    load({ featureCount, values }, rows) {
      rows.forEach((row, i) => {
        const features = values.subarray(row * featureCount, (row + 1) * featureCount);
        floats.set(features, firstLayer.rows / FLOAT_BYTES + i * firstLayer.kernel.paddedInputs);
      });
    },
    forward(rowCount, random) {
      const blocks = Math.ceil(rowCount / BLOCK);
      for (const layer of layers) {
        const { kernel, bias, rows, outputs, outputStride } = layer;
        const { paddedInputs, panels, address } = kernel;
        if (random && layer.dropout > 0) drop(layer, rowCount, random);
        kernels.pack(rows, paddedInputs * FLOAT_BYTES, FLOAT_BYTES, blocks, paddedInputs, run.packedRows);
        const source = [run.packedRows, blocks, paddedInputs, address, bias.address, panels] as const;
        kernels.dense(...source, layer.relu ? 0 : Number.NEGATIVE_INFINITY, outputs, outputStride);
      }
    },
    logitGradients: (rowCount) =>
      new Float32Array(buffer, lastLayer.gradients, lastLayer.kernel.panels * rowCount * PANEL),
    backward(rowCount, ruleOf) {
      eachGradient(rowCount, (weight, isKernel, columns, gradients) => {
        const { paddedInputs, panels, address, toSlots } = weight;
        const [toFirst = 0, toSecond = 0] = toSlots;
        writeRule(record, ruleOf(isKernel));
        const places = [address, toFirst, toSecond, run.optimizer] as const;
        kernels.update(columns, paddedInputs / BLOCK, rowCount, gradients, panels, ...places);
      });
    },
    gather(rowCount) {
      eachGradient(rowCount, (weight, _isKernel, columns, gradients) => {
        const places = [weight.address + sumsOf(weight), run.optimizer + RECORD.TILE] as const;
        kernels.gather(columns, weight.paddedInputs / BLOCK, rowCount, gradients, weight.panels, ...places);
      });
    },
    applyGathered(ruleOf, clipNorm) {
      record.setFloat32(RECORD.SCALE, clipScale(clipNorm), true);
      for (const { weight, isKernel } of keyedWeights) {
        const { address, sizeBytes, toSlots } = weight;
        const [toFirst = 0, toSecond = 0] = toSlots;
        writeRule(record, ruleOf(isKernel));
        kernels.applySums(address, sizeBytes, sumsOf(weight), toFirst, toSecond, run.optimizer);
      }
    },
    writeWeights(from) {
      for (const { key, weight } of keyedWeights) {
        writeWeight(floats, weight, weightValues(from, key), inputsFirst(weight));
      }
    },
    readWeights() {
      const weights: Record<string, Weight> = {};
      for (const { key, weight, shape } of keyedWeights) {
        weights[key] = { shape, values: readWeight(floats, weight, inputsFirst(weight)) };
      }
      return weights;
    },
    writeState(state) {
      for (const { key, weight } of keyedWeights) {
        slotNames.forEach((name, slot) => {
          const values = state[slotKey(key, name)];
          if (values) writeWeight(floats, weight, values, unitsFirst(weight), weight.toSlots[slot]);
        });
      }
    },
    readState() {
      const state: Record<string, Float32Array<ArrayBuffer>> = {};
      for (const { key, weight } of keyedWeights) {
        slotNames.forEach((name, slot) => {
          state[slotKey(key, name)] = readWeight(floats, weight, unitsFirst(weight), weight.toSlots[slot]);
        });
      }
      return state;
    },
  };
  stack.writeWeights(head);
  return stack;
}
