/** Asking the engine whether exact arithmetic changes a result, on as many pictures as it takes. */
import type { ExactCheck, Metrics } from '../domain/metrics.ts';
import type { ContentHash } from '../domain/picture.ts';
import type { Network } from '../network/network.ts';
import type { ExtractProgress, PictureRef } from './featureCalls.ts';

export interface QuickAnswer {
  readonly hash: ContentHash;
  /** Right, and as the quick arithmetic answered. */
  readonly classIndex: number;
  readonly predictedIndex: number;
}

export interface ExactCheckArgs {
  /** In an order drawn by chance: what is known of all rests on it. */
  readonly examples: readonly QuickAnswer[];
  readonly classNames: readonly string[];
  readonly head: Network;
  /** Of all examples. */
  readonly pictures: readonly PictureRef[];
  /** No further picture is begun after so many milliseconds; null: all are looked at, however sure it is before. */
  readonly limitMs: number | null;
}

export type ExactCheckProgress = ExtractProgress;

export interface ExactCheckResult {
  readonly check: ExactCheck;
  /** null where it ended before the last picture. */
  readonly metrics: Metrics | null;
}
