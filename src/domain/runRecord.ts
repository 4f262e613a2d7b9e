/** A training run that has ended, with or without a model. */
import type { Arithmetic } from './backends.ts';
import type { EpochMetrics, StopReason } from './curve.ts';
import type { Metrics } from './metrics.ts';
import type { DataSummary } from './model.ts';
import type { TrainSettings } from './trainSettings.ts';

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
  /** Of a network that began with fresh weights, as it was called then; absent in runs of earlier versions, and of others. */
  readonly networkTitle?: string | undefined;
}
