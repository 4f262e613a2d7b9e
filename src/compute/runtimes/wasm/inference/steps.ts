/** What the engine does one thing after the other, before anybody knows where in memory. */
import type { ActivationKind, BatchNormNode, Conv2dNode, PoolNode } from '../../../../network/network.ts';
import type { Bounds } from './fuse.ts';
import type { MapView } from './mapBuffers.ts';

/** Where a map lies; null: not made. */
export interface Outputs {
  readonly floats: MapView | null;
  readonly codes: MapView | null;
}

export interface ConvStep extends Outputs {
  readonly kind: 'conv';
  readonly node: Conv2dNode;
  readonly input: MapView;
  /** Of the input's codes, one a channel or one for all; null: the input is float32. */
  readonly inputRanges: readonly number[] | null;
  readonly residual: MapView | null;
  readonly bounds: Bounds;
  /** Taken into the weights, one a channel; null: none. */
  readonly outputFactors: readonly number[] | null;
  /** Codes are `result · codeScale + ½`, rounded down. */
  readonly codeScale: number;
  /** Each channel by itself: as many groups as channels and filters. */
  readonly isDepthwise: boolean;
  /** Buffers for what Winograd's algorithm has between its parts; null: the direct one. */
  readonly winograd: { readonly transformed: number; readonly products: number } | null;
}

export interface PoolStep {
  readonly kind: 'maxPool8' | 'maxPool32' | 'avgPool32';
  readonly window: Pick<PoolNode, 'poolSize' | 'strides' | 'padding'>;
  readonly input: MapView;
  readonly output: MapView;
}

export interface AddStep {
  readonly kind: 'add32';
  readonly input: MapView;
  readonly second: MapView | null;
  readonly bounds: Bounds;
  readonly output: MapView;
}

/** A BatchNorm that is part of no convolution, and its ReLU. */
export interface AffineStep {
  readonly kind: 'affine32';
  readonly node: BatchNormNode;
  readonly input: MapView;
  readonly bounds: Bounds;
  readonly output: MapView;
}

export interface CodesStep {
  readonly kind: 'codes32';
  /** Comes before the rounding; null: none. */
  readonly node: BatchNormNode | null;
  readonly input: MapView;
  readonly output: MapView;
  /** Codes to a unit, `[channels]`. */
  readonly scales: readonly number[];
}

/** To another place: a part of a concatenation. */
export interface CopyStep {
  readonly kind: 'copy';
  readonly input: MapView;
  readonly output: MapView;
}

/** A map as a row of numbers: pixel after pixel, without what lies between them. */
export interface FlattenStep {
  readonly kind: 'flatten';
  readonly input: MapView;
  readonly output: MapView;
}

export interface SoftmaxStep {
  readonly kind: 'softmax32';
  readonly input: MapView;
  readonly output: MapView;
}

export interface ActivationStep {
  readonly kind: `${ActivationKind}32`;
  readonly slope: number;
  readonly input: MapView;
  readonly output: MapView;
}

export type PlanStep =
  | ActivationStep
  | ConvStep
  | PoolStep
  | AddStep
  | AffineStep
  | CodesStep
  | CopyStep
  | FlattenStep
  | SoftmaxStep;
