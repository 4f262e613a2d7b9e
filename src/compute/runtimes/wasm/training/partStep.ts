/** One node of a part that trains, as a worker runs it over its memory. */
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import type { ArenaLayout } from './arena.ts';
import type { PartKernels } from './partKernels.ts';
import type { PlacedParameters } from './placedParameters.ts';

/** Adds numbers of all workers up, in their order; every worker calls it in the same places. */
export type SumOverWorkers = (numbers: Float64Array) => void | Promise<void>;

/** What the steps of one worker work on. Addresses are those of the memory. */
export interface Workplace {
  readonly kernels: PartKernels;
  readonly memory: WebAssembly.Memory;
  readonly parameters: PlacedParameters;
  /** Of the weights, and of their gradients by this worker. */
  readonly image: number;
  readonly ownGradients: number;
  readonly arena: number;
  readonly layout: ArenaLayout;
  readonly sum: SumOverWorkers;
  /** Whether this worker writes what all share and what comes out the same in each. */
  readonly isWriter: boolean;
}

export interface ForwardCall {
  readonly rows: number;
  readonly isTraining: boolean;
}

export interface BackwardCall {
  readonly rows: number;
  /** Names of the outputs whose gradient has begun. */
  readonly begun: Set<string>;
  /** null: gradients are gathered. */
  readonly moves: MovesNow | null;
}

/**
 * How the kernel of a dense layer moves where its gradient arises, so that the largest arrays of a head cross memory once
 * forward and once back: where a pass is a whole step, of one worker alone, with gradients of any norm.
 */
export interface MovesNow {
  /** Address of the optimiser's record, which holds the rule for kernels. */
  readonly optimizer: number;
  /** Bytes from a weight to its slots; 0 to the second: there is none. */
  readonly toFirst: number;
  readonly toSecond: number;
}

export interface PartStep {
  readonly step: TrainableStep;
  forward(call: ForwardCall): void | Promise<void>;
  backward(call: BackwardCall): void | Promise<void>;
}

export type StepWork = Pick<PartStep, 'forward' | 'backward'>;

/** Addresses of a step's maps. */
export interface StepPlaces {
  readonly inputs: readonly number[];
  readonly output: number;
  /** Of the output; 0 where nobody sends one. */
  readonly gradient: number;
  /** Address of the gradient of an input, and whether to add to it; null where nobody wants it. */
  sendTo(index: number, begun: Set<string>): { readonly to: number; readonly adds: 0 | 1 } | null;
}

export function stepPlacesOf(step: TrainableStep, { arena, layout }: Workplace): StepPlaces {
  const mapAt = (name: string) => {
    const offset = layout.maps.get(name);
    if (offset === undefined) throw new Error(`no map of ${name}`);
    return arena + offset;
  };
  const gradientAt = (name: string) => {
    const offset = layout.gradients.get(name);
    return offset === undefined ? 0 : arena + offset;
  };
  return {
    inputs: step.inputs.map(mapAt),
    output: mapAt(step.output),
    gradient: gradientAt(step.output),
    sendTo(index, begun) {
      const name = step.inputs[index] ?? '';
      if (!step.wantsGradient[index]) return null;
      const adds = begun.has(name) ? 1 : 0;
      begun.add(name);
      return { to: gradientAt(name), adds };
    },
  };
}

/** Largest values of an activation. */
export const HIGHEST_OF = {
  none: Number.POSITIVE_INFINITY,
  relu: Number.POSITIVE_INFINITY,
  relu6: 6,
} as const;

/** Smallest and largest value that a step lets through. */
export function boundsOf({ activation }: TrainableStep): readonly [lowest: number, highest: number] {
  return [activation ? 0 : Number.NEGATIVE_INFINITY, HIGHEST_OF[activation ?? 'none']];
}

/** Fills with zeros. @param count of numbers */
export function clearFloats(memory: WebAssembly.Memory, address: number, count: number): void {
  new Float32Array(memory.buffer, address, count).fill(0);
}

/** What is left of the gradient of a step's output behind the ReLU that was fused into the step. */
export function rectifyGradient(
  step: TrainableStep,
  { gradient, output }: StepPlaces,
  { kernels }: Workplace,
  rows: number,
): void {
  if (!step.activation) return;
  const count = rows * sizeOf(step.outputShape);
  kernels.reluBackward(gradient, output, gradient, count, HIGHEST_OF[step.activation], 0);
}
