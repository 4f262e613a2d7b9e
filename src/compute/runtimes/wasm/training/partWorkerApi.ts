/** What the engine asks of a worker that trains its share of the rows, or of what does so in its own thread. */
import type { TrainSettings } from '../../../../domain/trainSettings.ts';
import type { NetworkNode } from '../../../../network/network.ts';
import type { Shape } from '../../../../network/shapes.ts';
import type { Method } from '../../../../rpc/protocol.ts';
import type { NormMode } from '../../../training/trainablePlan.ts';
import type { BatchTotals } from '../../../training/trainer.ts';
import type { UpdateStep } from '../../../training/updateRule.ts';
import type { CompiledKernels } from '../builds.ts';
import type { PassRows } from './partPass.ts';

/** What engine and workers lay the memory out by. */
export interface PartSpec {
  readonly nodes: readonly NetworkNode[];
  readonly norms: NormMode;
  /** By key. */
  readonly weightShapes: Readonly<Record<string, Shape>>;
  readonly settings: TrainSettings;
  readonly workers: number;
  /** Rows of a pass of all workers. */
  readonly rows: number;
  readonly isShared: boolean;
}

export interface PartStart {
  readonly spec: PartSpec;
  readonly index: number;
  readonly compiled: CompiledKernels;
  /** null: the worker makes one of its own. */
  readonly memory: WebAssembly.Memory | null;
  /** For sums over workers; null where they share their memory, or where there is one alone. */
  readonly port: MessagePort | null;
}

/** Runs of numbers as they lie in a worker's memory. */
export interface PartRuns {
  /** Weights and constants. */
  readonly image: Float32Array<ArrayBuffer>;
  /** The slots of the optimiser, in their order. */
  readonly slots: readonly Float32Array<ArrayBuffer>[];
}

export interface PassArgs {
  readonly rows: PassRows;
  /** Of a step of the optimiser: what was gathered before is dropped. */
  readonly isFirst: boolean;
  /** A whole step of one worker alone: kernels of dense layers move in it, see `MovesNow`. null: nothing moves. */
  readonly moves: UpdateStep | null;
}

export interface UpdateArgs extends UpdateStep {
  /** The pass before has moved the kernels of dense layers. */
  readonly hasMoved: boolean;
  /** The worker's slice of the gradients of all workers, in their order; null where they lie in shared memory. */
  readonly gradients: readonly Float32Array<ArrayBuffer>[] | null;
}

/** Lives in `compute/trainer.worker.ts`; of a head, in the engine. */
export interface PartWorkerApi {
  start: Method<PartStart, never, null>;
  /** Adds the gradients of some rows, and moves what can move at once. */
  pass: Method<PassArgs, never, BatchTotals>;
  predict: Method<Float32Array<ArrayBuffer>, never, Float32Array<ArrayBuffer>>;
  /** The worker's gradients, cut into the slices of all workers. */
  gradients: Method<null, never, readonly Float32Array<ArrayBuffer>[]>;
  /** Moves the worker's slice of the weights. Gives that slice, unless it lies in shared memory. */
  update: Method<UpdateArgs, never, Float32Array<ArrayBuffer> | null>;
  /** Puts weights from `begin` on in place, in a memory of the worker's own. */
  writeImage: Method<{ begin: number; values: Float32Array<ArrayBuffer> }, never, null>;
  writeSlots: Method<readonly Float32Array<ArrayBuffer>[], never, null>;
  /** All that the worker's own memory holds; of the slots its slice is right. */
  read: Method<null, never, PartRuns>;
}
