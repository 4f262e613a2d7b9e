/** What the engine does one thing after the other, before anybody knows where in memory. */
import type { Conv2dNode, PoolNode } from '../../../../network/network.ts';
import type { Bounds } from './fuse.ts';

/** Numbers of buffers stand for maps; null: not made. */
export interface Outputs {
  readonly floats: number | null;
  readonly codes: number | null;
}

export interface ConvStep extends Outputs {
  readonly kind: 'conv';
  readonly node: Conv2dNode;
  readonly input: number;
  /** Of the input's codes, one a channel or one for all; null: the input is float32. */
  readonly inputRanges: readonly number[] | null;
  readonly residual: number | null;
  readonly bounds: Bounds;
  /** Taken into the weights, one a channel; null: none. */
  readonly outputFactors: readonly number[] | null;
  /** Codes are `result · codeScale + ½`, rounded down. */
  readonly codeScale: number;
  /** Buffers for what Winograd's algorithm has between its parts; null: the direct one. */
  readonly winograd: { readonly transformed: number; readonly products: number } | null;
}

export interface PoolStep {
  readonly kind: 'maxPool8' | 'maxPool32' | 'avgPool32';
  readonly window: Pick<PoolNode, 'poolSize' | 'strides' | 'padding'>;
  readonly input: number;
  readonly output: number;
}

export interface AddStep {
  readonly kind: 'add32';
  readonly input: number;
  readonly second: number | null;
  readonly bounds: Bounds;
  readonly output: number;
}

export interface CodesStep {
  readonly kind: 'codes32';
  readonly input: number;
  readonly output: number;
  /** `[channels]` */
  readonly scales: readonly number[];
}

export interface CopyStep {
  readonly kind: 'copy';
  readonly input: number;
  readonly output: number;
  readonly firstChannel: number;
}

export type PlanStep = ConvStep | PoolStep | AddStep | CodesStep | CopyStep;
