/** What every runtime offers for inference: a network, up to a node, for one batch after the other. */
import { cutAfter } from '../../network/cut.ts';
import type { WeightsManifest } from '../../weights/manifest.ts';

export interface Forward {
  /** Aborted, with an `AppError` as its reason, once the device is gone. */
  readonly lost: AbortSignal;
  /**
   * @param input `[rowCount, height, width, channels]`, preprocessed
   * @returns `[rowCount, …]`, the output of the last node
   */
  run(input: Float32Array<ArrayBuffer>, rowCount: number): Promise<Float32Array>;
  dispose(): void;
}

/** Of a backbone, those that an output needs. @param upTo the last node; null: all, up to the features */
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
