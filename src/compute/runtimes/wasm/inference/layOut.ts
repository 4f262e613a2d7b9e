/** Puts a plan's weights and tables into memory and writes down each kernel's record, but for the addresses of maps. */

import type { Arithmetic } from '../../../../domain/backends.ts';
import type { NetworkNode, Weight } from '../../../../network/network.ts';
import type { ActivationRanges } from '../../../../network/quantise.ts';
import { createConstantWriter } from './constants.ts';
import { planInference } from './inferencePlan.ts';
import { placeConv } from './layOutConv.ts';
import { placeDepthwise } from './layOutDepthwise.ts';
import { placeMapStep } from './layOutMaps.ts';
import { placeWinograd } from './layOutWinograd.ts';
import type { MapSpec, MapView } from './mapBuffers.ts';
import type { Context, PlacedStep } from './stepRecords.ts';
import type { PlanStep } from './steps.ts';
import { fastestAlgorithm } from './winograd.ts';

/** All that an instance needs beside the memory; it can be sent to another worker. */
export interface NetworkLayout {
  readonly arithmetic: Arithmetic;
  readonly buffers: readonly MapSpec[];
  readonly steps: readonly PlacedStep[];
  readonly input: MapView;
  readonly output: MapView;
  /** Weights and tables lie before this address. */
  readonly constantBytes: number;
}

function placeStep(context: Context, step: PlanStep): PlacedStep {
  if (step.kind !== 'conv') return placeMapStep(context, step);
  if (step.winograd) return placeWinograd(context, step, step.winograd);
  return step.isDepthwise ? placeDepthwise(context, step) : placeConv(context, step);
}

/** A folded network, its weights handed out one at a time. */
export interface NetworkSource {
  readonly nodes: readonly NetworkNode[];
  /** @param key `nodeName/kind` */
  readonly weightOf: (key: string) => Weight;
  readonly ranges: ActivationRanges;
}

/**
 * Packs a network's weights into `memory`, which instances in several workers may share.
 * @param chooseAlgorithm for each convolution in float32; what cannot be done is done directly
 * @throws UncoveredNodeError if there is no kernel for one of its nodes; AppError `outOfMemory`
 */
export function layOutNetwork(
  memory: WebAssembly.Memory,
  source: NetworkSource,
  arithmetic: Arithmetic,
  chooseAlgorithm = fastestAlgorithm,
): NetworkLayout {
  const plan = planInference(source.nodes, arithmetic, source.ranges, chooseAlgorithm);
  // Behind what is there: another network's weights, or the first page, whose address 0 stands for "none".
  const writer = createConstantWriter(memory, memory.buffer.byteLength);
  const context: Context = { buffers: plan.buffers, writer, weightOf: source.weightOf };
  const steps = plan.steps.map((step) => placeStep(context, step));
  const { buffers, input, output } = plan;
  return { arithmetic, buffers, steps, input, output, constantBytes: writer.end() };
}
