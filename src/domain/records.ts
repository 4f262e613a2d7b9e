/** The records that are kept and shown; apart from their stores, so that the schema can name them. */

import type { Network } from '../network/network.ts';
import type { Arithmetic } from './backends.ts';
import type { Metrics } from './metrics.ts';
import type { DataSummary, ModelDescription } from './model.ts';
import type { EpochMetrics, StopReason, TrainSettings } from './trainSettings.ts';

export interface ModelRecord extends ModelDescription {
  readonly id: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  /** Of the head's weights. */
  readonly sizeBytes: number;
}

export interface StoredModel {
  readonly record: ModelRecord;
  readonly head: Network;
}

export interface RunRecord {
  readonly id: string;
  /** The model that the run became; null where it became none. That model may have been deleted since. */
  readonly modelId: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly settings: TrainSettings;
  readonly curve: readonly EpochMetrics[];
  /** 0 where none was finished. */
  readonly bestEpoch: number;
  readonly stopReason: StopReason;
  readonly metrics: { readonly validation: Metrics | null; readonly test: Metrics | null };
  readonly data: DataSummary;
  /** What the features were computed in; absent in runs of earlier versions. */
  readonly arithmetic?: Arithmetic | undefined;
  /** The name of the model that it went on from, as it was then; absent: it began with a fresh head. */
  readonly startedFrom?: string | undefined;
}
