/** What every runtime offers for inference: a network, up to a node, for one batch after the other. */
import type { Arithmetic } from '../../domain/backends.ts';
import { cutAfter } from '../../network/cut.ts';
import type { WeightsManifest } from '../../weights/manifest.ts';

export interface Forward {
  /** Aborted, with an `AppError` as its reason, once the device is gone. */
  readonly lost: AbortSignal;
  /**
   * @param input `[rowCount, height, width, channels]`, preprocessed; or `[rowCount, features]`
   * @returns `[rowCount, …]`, the output of the last node
   * @throws AppError `deviceLost`, `outOfMemory`
   */
  run(input: Float32Array<ArrayBuffer>, rowCount: number): Promise<Float32Array>;
  dispose(): void;
}

/** Of a backbone, how far and in which arithmetic. */
export interface ForwardTarget {
  readonly arithmetic: Arithmetic;
  /** The last node; null: all, up to the features. */
  readonly upTo: string | null;
}

/** A backbone as it was loaded. */
export interface BackboneBytes {
  readonly manifest: WeightsManifest;
  /** float16, checked already. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * What a worker makes a `Forward` of, by the runtime that prepared it. Each runtime names its own in its
 * `opener.ts`, as one more member of this interface.
 */
// biome-ignore lint/suspicious/noEmptyInterface: its members are merged into it
export interface ForwardStarts {}

export type RuntimeName = keyof ForwardStarts;

/** On its way to a worker. */
export type ForwardStart = {
  readonly [Name in RuntimeName]: { readonly runtime: Name; readonly start: ForwardStarts[Name] };
}[RuntimeName];

/** A runtime's side in a worker. */
export interface ForwardOpener<Name extends RuntimeName> {
  /** @throws AppError `backendUnavailable`, `outOfMemory` */
  open(start: ForwardStarts[Name]): Promise<Forward>;
}

/** Of a backbone, those nodes that an output needs. @param upTo the last node; null: all, up to the features */
export function nodesUpTo({ backboneId, nodes }: WeightsManifest, upTo: string | null) {
  return upTo === null ? nodes : cutAfter({ name: backboneId, nodes, weights: {} }, upTo).nodes;
}

/** A processor is never lost. */
export const NEVER_LOST = new AbortController().signal;

/** Where all of the network learns, nothing comes before it. */
export const PICTURE_ITSELF: Forward = {
  lost: NEVER_LOST,
  run: async (input) => input,
  dispose: () => undefined,
};
