/** Where all that a part needs to train lies: in one memory that workers share, or in one for each. */
import type { TrainablePlan } from '../../../training/trainablePlan.ts';
import { ALIGNMENT_BYTES, FLOAT_BYTES, roundUp } from '../memory.ts';
import { type ArenaLayout, layOutArena } from './arena.ts';
import type { PlacedParameters } from './placedParameters.ts';

/** Slices of the workers begin at a multiple of so many numbers. */
const SLICE_STEP = 16;

/** Parameters of one worker, in numbers from the first. */
export interface Slice {
  readonly begin: number;
  readonly end: number;
}

/** Addresses; sizes in bytes. */
export interface PartMemory {
  readonly bytes: number;
  /** Weights and constants. */
  readonly image: number;
  /** What the optimiser remembers, a run for each slot. */
  readonly slots: readonly number[];
  /** Gradients of each worker, so far apart; in a memory of one's own there are its own alone. */
  readonly gradients: number;
  readonly runBytes: number;
  /** In a memory of one's own: the slices of all workers that this one sums up, so far apart. */
  readonly exchange: number;
  readonly sliceBytes: number;
  /** Of `SharedSums`. */
  readonly sums: number;
  readonly sumCount: number;
  /** One for each worker in this memory. */
  readonly arenas: readonly number[];
  readonly arena: ArenaLayout;
  readonly slices: readonly Slice[];
}

export interface PartMemoryOptions {
  readonly workers: number;
  readonly isShared: boolean;
  readonly slotCount: number;
  /** Rows of a pass of all workers. */
  readonly rows: number;
}

/** The same in every worker and in the engine. */
export function layOutPartMemory(
  plan: TrainablePlan,
  parameters: PlacedParameters,
  { workers, isShared, slotCount, rows }: PartMemoryOptions,
): PartMemory {
  const arena = layOutArena(plan, Math.ceil(rows / workers));
  let end = ALIGNMENT_BYTES;
  const take = (bytes: number) => {
    const address = end;
    end = roundUp(end + bytes, ALIGNMENT_BYTES);
    return address;
  };
  const { parameterCount, imageCount } = parameters;
  const runBytes = parameterCount * FLOAT_BYTES;
  const perSlice = roundUp(Math.ceil(parameterCount / workers), SLICE_STEP);
  const exchanges = !isShared && workers > 1;
  const widest = plan.steps.reduce((most, { outputShape }) => Math.max(most, outputShape.at(-1) ?? 1), 1);
  const sumCount = 2 * widest + 1;
  return {
    image: take(imageCount * FLOAT_BYTES),
    slots: Array.from({ length: slotCount }, () => take(runBytes)),
    gradients: take(runBytes * (isShared ? workers : 1)),
    runBytes,
    exchange: exchanges ? take(perSlice * FLOAT_BYTES * workers) : 0,
    sliceBytes: perSlice * FLOAT_BYTES,
    sums: take(ALIGNMENT_BYTES + 2 * workers * sumCount * Float64Array.BYTES_PER_ELEMENT),
    sumCount,
    arenas: Array.from({ length: isShared ? workers : 1 }, () => take(arena.bytes)),
    arena,
    slices: Array.from({ length: workers }, (_, worker) => ({
      begin: Math.min(parameterCount, worker * perSlice),
      end: Math.min(parameterCount, (worker + 1) * perSlice),
    })),
    bytes: end,
  };
}
