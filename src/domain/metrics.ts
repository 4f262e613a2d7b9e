/** What is measured of a classifier on pictures it was not trained on. */

/** `[low, high]`, fractions 0–1. */
export type Interval = readonly [number, number];

export interface ClassMetrics {
  /** Index into the model's classes. */
  readonly classIndex: number;
  /** True pictures of the class in the set. */
  readonly support: number;
  /** null where nothing was predicted as this class. */
  readonly precision: number | null;
  /** null where the set holds no picture of this class. */
  readonly recall: number | null;
  readonly f1: number | null;
}

/** How a classifier does in one arithmetic, held against another on the same pictures, or on a part of them. */
export interface ExactCheck {
  /** Pictures of the set. */
  readonly total: number;
  /** Drawn by chance from those. */
  readonly checked: number;
  /** Of `checked`, those right in the quick arithmetic alone, and in the exact one alone. */
  readonly onlyQuick: number;
  readonly onlyExact: number;
  /** Exact accuracy − quick accuracy on the whole set, fractions in [−1, 1]: at least 95 %, whenever one stops. */
  readonly difference: Interval;
  readonly elapsedMs: number;
}

export interface Metrics {
  readonly count: number;
  readonly accuracy: number;
  /** Wilson score interval of the accuracy, 95 %. */
  readonly accuracyInterval: Interval;
  readonly perClass: readonly ClassMetrics[];
  /** `confusion[true][predicted]`, counts. */
  readonly confusion: readonly (readonly number[])[];
}

/** The 95 % interval of an accuracy over fewer pictures spans more than a third of all that is possible. */
export const MIN_TEST_PICTURES = 20;
