/**
 * Where the trainable layers get their pictures from: as the frozen part before the cut left them. Whoever asks may let go of
 * the values afterwards: they are its own.
 */

/** What rows show beside their own picture: MixUp and CutMix (targets are mixed as the pictures are). */
export interface RowMixes {
  /** Class of the second picture of each row; the row's own where there is none. */
  readonly labels: Int32Array;
  /** Fraction of the row's own class in the target, (0, 1]; the rest is the second's. */
  readonly fractions: Float32Array;
}

export interface SourceBatch {
  /** `[rows, ...shape at the cut]`, row-major. */
  readonly values: Float32Array<ArrayBuffer>;
  /** One entry for each row of the batch; absent where no row shows two pictures. */
  readonly mixes?: RowMixes | undefined;
}

export interface ActivationSource {
  /** Activations at the cut for these training rows, in their order. May differ from epoch to epoch (augmented). */
  training(rows: Int32Array): Promise<SourceBatch>;
  /** The same of rows as they are, for evaluation: `[rows, ...shape at the cut]`, row-major. */
  plain(rows: Int32Array): Promise<Float32Array<ArrayBuffer>>;
}
