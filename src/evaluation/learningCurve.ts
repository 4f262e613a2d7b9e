/** Whether more pictures would help: accuracy after learning from a part of them, and what its growth says. */

import type { Interval } from '../domain/metrics.ts';
import { createRandom, shuffle } from '../shared/random.ts';

/** What learning from some of the training pictures came to. */
export interface LearningPoint {
  /** Training pictures it learned from. */
  readonly trainCount: number;
  /** Mean over the draws, 0–1. */
  readonly accuracy: number;
  /** Standard deviation between the draws; null where there was only one. */
  readonly spread: number | null;
  readonly draws: number;
}

/** How much more pictures will help; `unclear`: too few pictures were checked to tell. */
export type GrowthVerdict = 'much' | 'little' | 'hardly' | 'unclear';

/** What twice as many training pictures brought. */
export interface Growth {
  /** Training pictures before. */
  readonly fromCount: number;
  /** Training pictures after. */
  readonly toCount: number;
  /** Difference of the two accuracies. */
  readonly gain: number;
  /** Of the gain. */
  readonly standardError: number;
  readonly verdict: GrowthVerdict;
}

/** A first accuracy, and how it grew with the number of pictures. Never of test pictures. */
export interface Baseline {
  readonly accuracy: number;
  /** Wilson score interval, 95 %. */
  readonly accuracyInterval: Interval;
  /** Pictures it was checked with. */
  readonly checkedCount: number;
  /** `leaveOneOut`: there were no validation pictures, so each training picture was left out once. */
  readonly checkedWith: 'validation' | 'leaveOneOut';
  /** Training pictures it learned from. */
  readonly trainCount: number;
  /** Training pictures there are; where it is larger, some were drawn to be quick. */
  readonly trainTotal: number;
  /** Fewest pictures first. */
  readonly points: readonly LearningPoint[];
  /** null where there are too few pictures to learn from half of them. */
  readonly growth: Growth | null;
  readonly elapsedMs: number;
}

/**
 * Places of examples in the order in which stratified subsets take them: its first `subsetSizes` of each class.
 * Subsets of one draw lie within one another.
 * @returns for each class the places of its examples, shuffled
 */
export function drawOrder(
  labels: ArrayLike<number>,
  classCount: number,
  seed: number,
): readonly Int32Array[] {
  const random = createRandom(seed);
  return Array.from({ length: classCount }, (_, classIndex) => {
    const places = Array.from({ length: labels.length }, (_, place) => place);
    return shuffle(Int32Array.from(places.filter((place) => labels[place] === classIndex)), random);
  });
}

/** That fraction of each class, at least one of each that has any; places ascend. */
export function stratifiedSubset(order: readonly Int32Array[], fraction: number): Int32Array {
  const taken = order.flatMap((places) => [
    ...places.subarray(0, Math.max(1, Math.round(places.length * fraction))),
  ]);
  return Int32Array.from(taken).sort();
}

/**
 * @param draws For each draw, 1 for each checked picture that was right and 0 for the others.
 */
export function toLearningPoint(trainCount: number, draws: readonly Uint8Array[]): LearningPoint {
  const accuracies = draws.map(meanOf);
  const accuracy = meanOf(accuracies);
  return { trainCount, accuracy, spread: deviationOf(accuracies), draws: draws.length };
}

/** From here on a gain is worth taking new pictures for, and below here it is not: two points, half a point. */
const MUCH = 0.02;
const HARDLY = 0.005;
/** The 90 % quantile of the standard normal distribution: advice may be wrong once in ten times. */
const Z_90 = 1.2815515655446004;
/** With a larger standard error a gain that chance could have made says nothing at all. */
const MOST_UNSURE = 0.03;

/** Judges a gain by its size, unless chance could have made it. */
export function judgeGrowth(gain: number, standardError: number): GrowthVerdict {
  const isChance = gain < Z_90 * standardError;
  if (isChance && standardError > MOST_UNSURE) return 'unclear';
  if (!isChance && gain >= MUCH) return 'much';
  return gain >= HARDLY ? 'little' : 'hardly';
}

/**
 * What the second half of the pictures brought, picture by picture, since both were checked with the same ones: its
 * variance is that of the pictures' differences over their number, and that of the draws over theirs.
 * @param half For each draw, 1 for each checked picture that was right after half of the pictures.
 * @param full The same after all of them.
 */
export function measureGrowth(
  half: { readonly trainCount: number; readonly draws: readonly Uint8Array[] },
  full: { readonly trainCount: number; readonly right: Uint8Array },
): Growth {
  const differences = Array.from(
    full.right,
    (right, picture) => right - meanOf(half.draws.map((draw) => draw[picture] ?? 0)),
  );
  const gain = meanOf(differences);
  const ofPictures = chanceOf(differences);
  const ofDraws = (deviationOf(half.draws.map(meanOf)) ?? 0) ** 2 / half.draws.length;
  const standardError = Math.sqrt(ofPictures + ofDraws);
  // What is not wrong any more cannot get better, however steep the way here was.
  const stillToGain = Math.min(gain, 1 - meanOf(full.right));
  return {
    fromCount: half.trainCount,
    toCount: full.trainCount,
    gain,
    standardError,
    verdict: judgeGrowth(stillToGain, standardError),
  };
}

/**
 * Variance of the mean of differences in [−1, 1]. Two pictures are added, half a one differing either way (Agresti &
 * Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine 24, 2005): else
 * a handful of pictures that all agree would seem to leave no doubt.
 */
function chanceOf(differences: readonly number[]): number {
  const count = differences.length + 2;
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  const squares = differences.reduce((sum, value) => sum + value ** 2, 1);
  return (squares / count - mean ** 2) / count;
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return values.length === 0 ? 0 : sum / values.length;
}

function deviationOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
