/** What a network says of a picture. */

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

export interface ClassifyResult {
  /** Highest first. */
  readonly top: readonly LabelProbability[];
  readonly elapsedMs: number;
}
