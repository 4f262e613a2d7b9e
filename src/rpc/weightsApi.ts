/** Asking the worker that reads files of weights. */
import type { OwnBackbone } from '../domain/ownBackbone.ts';
import type { Method } from './protocol.ts';

/** Weights in files of other programs. */
export interface AddBackboneArgs {
  /** All that were chosen together: weights may lie in several. */
  readonly files: readonly File[];
  /** null: as the network was published. */
  readonly preprocessing: OwnBackbone['preprocessing'];
  /** ISO 8601. */
  readonly addedAt: string;
}

/** Lives in `compute/weights.worker.ts`. */
export interface WeightsApi {
  /** Reads weights and keeps them among those that can be chosen. */
  addBackbone: Method<AddBackboneArgs, { readonly doneFraction: number }, OwnBackbone>;
}
