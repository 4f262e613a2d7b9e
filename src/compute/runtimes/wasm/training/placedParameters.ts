/**
 * The weights of a part that trains as one run of numbers, which is cut into slices for the workers, and laid out as the
 * kernels read them. Gradients and what the optimiser remembers lie in runs of the same order.
 */
import { getWeight, type Network, type Weight, weightKey } from '../../../../network/network.ts';
import { type Shape, sizeOf } from '../../../../network/shapes.ts';
import { allocateFloats } from '../../../../shared/allocate.ts';
import type { TrainablePlan, TrainableStep } from '../../../training/trainablePlan.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { roundUp } from '../memory.ts';
import { eachUnitRun, type UnitShape, unitLength, unitPanelsOf } from './unitPanels.ts';

/** Parameters begin at a multiple of so many numbers, so that slices of whole registers can be told. */
const STEP = 16;

/** A kernel as `[groups, taps, channelPanels, paddedFilters, PANEL]`; what fills it up is zero and stays so. */
export interface PanelShape {
  readonly groups: number;
  readonly taps: number;
  /** Of one group. */
  readonly channels: number;
  readonly filters: number;
  readonly channelPanels: number;
  readonly paddedFilters: number;
}

export interface PlacedParameter {
  readonly key: string;
  readonly shape: Shape;
  /** Decay and L2 touch kernels only. */
  readonly isKernel: boolean;
  /** Whether the optimiser moves it; moving statistics are kept here, too. */
  readonly isTrained: boolean;
  /** In numbers, from the first. */
  readonly offset: number;
  readonly length: number;
  /** Of a convolution; where neither it nor the next is there, it lies as in the network. */
  readonly panels: PanelShape | null;
  /** Of a dense layer. */
  readonly unitPanels: UnitShape | null;
}

/** Factor and summand of each channel of a BatchNorm that does not learn. */
export interface PlacedConstants {
  readonly scale: number;
  readonly shift: number;
}

export interface PlacedParameters {
  readonly all: readonly PlacedParameter[];
  readonly byKey: ReadonlyMap<string, PlacedParameter>;
  /** By name of the node; in numbers, behind the parameters. */
  readonly constants: ReadonlyMap<string, PlacedConstants>;
  /** Numbers of all parameters, and with the constants. */
  readonly parameterCount: number;
  readonly imageCount: number;
}

/** Whether each filter reads one channel alone, and each channel is read by one filter. */
export function isDepthwise({ node, inputShapes }: TrainableStep): boolean {
  return node.op === 'conv2d' && node.groups === inputShapes[0]?.at(-1) && node.filters === node.groups;
}

function panelsOf(step: TrainableStep): PanelShape | null {
  const { node, inputShapes } = step;
  const inputs = inputShapes[0]?.at(-1) ?? 1;
  const of = (groups: number, taps: number, channels: number, filters: number): PanelShape => ({
    ...{ groups, taps, channels, filters },
    channelPanels: Math.ceil(channels / PANEL),
    paddedFilters: roundUp(filters, BLOCK),
  });
  if (node.op !== 'conv2d' || isDepthwise(step)) return null;
  const { groups, kernelSize, filters } = node;
  return of(groups, kernelSize[0] * kernelSize[1], inputs / groups, filters / groups);
}

export function panelLength({ groups, taps, channelPanels, paddedFilters }: PanelShape): number {
  return groups * taps * channelPanels * paddedFilters * PANEL;
}

/** Where everything lies. @param shapeOf of a weight, by its key */
export function placeParameters(
  plan: TrainablePlan,
  shapeOf: (nodeName: string, kind: string) => Shape,
): PlacedParameters {
  const all: PlacedParameter[] = [];
  let end = 0;
  const take = (length: number) => {
    const offset = end;
    end += roundUp(length, STEP);
    return offset;
  };
  type Packing = Partial<Pick<PlacedParameter, 'panels' | 'unitPanels'>>;
  const place = (nodeName: string, kind: string, { panels = null, unitPanels = null }: Packing = {}) => {
    const shape = shapeOf(nodeName, kind);
    const length = panels ? panelLength(panels) : unitPanels ? unitLength(unitPanels) : sizeOf(shape);
    const isTrained = kind !== 'movingMean' && kind !== 'movingVariance';
    const key = weightKey(nodeName, kind);
    const isKernel = kind === 'kernel';
    all.push({ key, shape, isKernel, isTrained, offset: take(length), length, panels, unitPanels });
  };
  for (const step of plan.steps) {
    const { node } = step;
    if (node.op === 'conv2d' || node.op === 'dense') {
      place(node.name, 'kernel', { panels: panelsOf(step), unitPanels: unitPanelsOf(step) });
      if (node.useBias) place(node.name, 'bias');
    } else if (step.learnsNorm) {
      for (const kind of ['gamma', 'beta', 'movingMean', 'movingVariance']) place(node.name, kind);
    }
  }
  const parameterCount = end;
  const constants = new Map<string, PlacedConstants>();
  for (const step of plan.steps) {
    if (step.node.op !== 'batchNorm' || step.learnsNorm) continue;
    const channels = step.outputShape.at(-1) ?? 1;
    constants.set(step.node.name, { scale: take(channels), shift: take(channels) });
  }
  const byKey = new Map(all.map((parameter) => [parameter.key, parameter]));
  return { all, byKey, constants, parameterCount, imageCount: end };
}

/** Is told of a run of numbers: its place in panels, its place in the network, the step from one to the next there, and how many. */
type CopyRun = (packed: number, plain: number, step: number, count: number) => void;

/** Calls `copy` for each run of channels of a filter. */
function eachChannelRun(
  { groups, taps, channels, filters, channelPanels, paddedFilters }: PanelShape,
  copy: CopyRun,
): void {
  const allFilters = groups * filters;
  let packed = 0;
  for (let group = 0; group < groups; group++) {
    for (let tap = 0; tap < taps; tap++) {
      for (let panel = 0; panel < channelPanels; panel++) {
        const first = panel * PANEL;
        const count = Math.min(PANEL, channels - first);
        const plain = (tap * channels + first) * allFilters + group * filters;
        for (let filter = 0; filter < filters; filter++) {
          copy(packed + filter * PANEL, plain + filter, allFilters, count);
        }
        packed += paddedFilters * PANEL;
      }
    }
  }
}

/** Calls `copy` for all of a parameter, in runs. */
function eachRun({ panels, unitPanels, length }: PlacedParameter, copy: CopyRun): void {
  if (panels) eachChannelRun(panels, copy);
  else if (unitPanels) eachUnitRun(unitPanels, copy);
  else copy(0, 0, 1, length);
}

/** Puts values that lie as in the network into a run of parameters. */
export function writeParameter(run: Float32Array, parameter: PlacedParameter, values: Float32Array): void {
  const { offset } = parameter;
  eachRun(parameter, (packed, plain, step, count) => {
    for (let i = 0; i < count; i++) run[offset + packed + i] = values[plain + i * step] as number;
  });
}

/** The other way round. */
export function readParameter(run: Float32Array, parameter: PlacedParameter): Float32Array<ArrayBuffer> {
  const { offset, shape } = parameter;
  const values = allocateFloats(sizeOf(shape));
  eachRun(parameter, (packed, plain, step, count) => {
    for (let i = 0; i < count; i++) values[plain + i * step] = run[offset + packed + i] as number;
  });
  return values;
}

/** Puts the weights of a network into a run. @throws Error if one is missing */
export function writeNetwork(run: Float32Array, { all }: PlacedParameters, network: Network): void {
  for (const parameter of all) {
    const weight = network.weights[parameter.key];
    if (!weight) throw new Error(`no weight ${parameter.key}`);
    writeParameter(run, parameter, weight.values);
  }
}

/** Factors and summands of the BatchNorms that do not learn. @throws Error if a weight is missing */
export function writeConstants(
  run: Float32Array,
  { constants }: PlacedParameters,
  plan: TrainablePlan,
  network: Network,
): void {
  for (const { node } of plan.steps) {
    const placed = constants.get(node.name);
    if (!placed || node.op !== 'batchNorm') continue;
    const valuesOf = (kind: string) => getWeight(network, node.name, kind).values;
    const [gamma, beta] = [valuesOf('gamma'), valuesOf('beta')];
    const [mean, variance] = [valuesOf('movingMean'), valuesOf('movingVariance')];
    gamma.forEach((factor, channel) => {
      const scale = factor / Math.sqrt((variance[channel] as number) + node.epsilon);
      run[placed.scale + channel] = scale;
      run[placed.shift + channel] = (beta[channel] as number) - (mean[channel] as number) * scale;
    });
  }
}

/** The weights of a run, by their keys. */
export function readPlacedWeights(run: Float32Array, { all }: PlacedParameters): Record<string, Weight> {
  return Object.fromEntries(
    all.map((parameter) => [
      parameter.key,
      { shape: parameter.shape, values: readParameter(run, parameter) },
    ]),
  );
}
