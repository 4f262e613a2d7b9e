/**
 * How much two classifiers differ in accuracy on the same pictures, known from a part of them: a bound that holds at every
 * moment, so that one may look after each picture and stop as soon as it is narrow enough.
 */
import type { Interval } from '../domain/metrics.ts';

/** What has been seen so far of a set, looked at in an order drawn by chance. */
export interface PairedCounts {
  /** Pictures of the whole set. */
  readonly total: number;
  readonly checked: number;
  /** Of those, right by the first classifier alone, and by the second alone. The others are alike. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

/** How wide of the mark an interval may be for the question to be settled: half a percentage point. */
export const SETTLED_HALF_WIDTH = 0.005;

const ALPHA = 0.05;
/**
 * Any numbers chosen beforehand are right; these make the interval narrowest where one to two in a hundred pictures differ.
 * Of a picture that is right by the first alone, by the second alone, and of all others.
 */
const PRIOR_ONE = 0.25;
const PRIOR_ALIKE = 30;

/** ln n! as far as it was needed so far. */
let logFactorials = new Float64Array(2);

function logFactorialsTo(count: number): Float64Array {
  if (logFactorials.length <= count) {
    const table = new Float64Array(count + 1);
    for (let n = 2; n <= count; n++) table[n] = (table[n - 1] as number) + Math.log(n);
    logFactorials = table;
  }
  return logFactorials;
}

/** ln of a (a + 1) … (a + n − 1). */
function logRising(a: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(a + i);
  return sum;
}

/** The probability of what was seen, in its order, if each picture were drawn by the prior alone. */
function logPriorOf({ checked, onlyFirst, onlySecond }: PairedCounts): number {
  return (
    logRising(PRIOR_ONE, onlyFirst) +
    logRising(PRIOR_ONE, onlySecond) +
    logRising(PRIOR_ALIKE, checked - onlyFirst - onlySecond) -
    logRising(2 * PRIOR_ONE + PRIOR_ALIKE, checked)
  );
}

/**
 * Largest (pictures of the whole set that are `more` − those that are `less`) that what was seen does not rule out.
 * @param seen of each kind; `rest` is all others
 * @param leastLog the least ln of the probability of what was seen
 */
function largestExcess(
  seen: { readonly more: number; readonly less: number; readonly rest: number },
  total: number,
  leastLog: number,
  logFactorial: Float64Array,
): number {
  const { more, less, rest } = seen;
  const checked = more + less + rest;
  const falling = (n: number, k: number) => (logFactorial[n] as number) - (logFactorial[n - k] as number);
  let largest = Number.NEGATIVE_INFINITY;
  // The set has at least as many of each kind as were seen.
  for (let ofLess = less; ofLess <= total - more - rest; ofLess++) {
    const others = total - ofLess;
    const most = others - rest;
    const logOf = (ofMore: number) =>
      falling(ofMore, more) +
      falling(ofLess, less) +
      falling(others - ofMore, rest) -
      falling(total, checked);
    // Rises up to there, then falls.
    const likeliest = more + rest === 0 ? most : Math.floor((more * others - rest) / (more + rest)) + 1;
    let low = Math.min(most, Math.max(more, likeliest));
    if (logOf(low) < leastLog) {
      if (Number.isFinite(largest)) break;
      continue;
    }
    let high = most;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (logOf(middle) >= leastLog) low = middle;
      else high = middle - 1;
    }
    // What is not ruled out is convex: past its tip, but for the rounding to whole pictures, the difference only falls.
    if (low - ofLess < largest - 1) break;
    largest = Math.max(largest, low - ofLess);
  }
  return largest;
}

/**
 * Interval of the difference of accuracies on the whole set, second − first, as fractions in [−1, 1]. However often one
 * looks, and for whatever reason one stops: it holds at all moments together in at least 95 of 100 sets and orders.
 *
 * Waudby-Smith & Ramdas, "Confidence sequences for sampling without replacement", NeurIPS 2020, theorem 2.1: all counts
 * of the whole set are kept whose prior-posterior ratio has not reached 1/α. The counts of the three kinds are multivariate
 * hypergeometric, the prior is Dirichlet-multinomial (section 2.2 there); the ratio is the probability of what was seen
 * under the prior by that under the counts.
 */
export function differenceInterval(counts: PairedCounts): Interval {
  const { total, checked, onlyFirst, onlySecond } = counts;
  if (total === 0) return [0, 0];
  if (checked === total) {
    const difference = (onlySecond - onlyFirst) / total;
    return [difference, difference];
  }
  const leastLog = Math.log(ALPHA) + logPriorOf(counts);
  const table = logFactorialsTo(total);
  const rest = checked - onlyFirst - onlySecond;
  const upper = largestExcess({ more: onlySecond, less: onlyFirst, rest }, total, leastLog, table);
  const lower = largestExcess({ more: onlyFirst, less: onlySecond, rest }, total, leastLog, table);
  return [-lower / total, upper / total];
}

export function isSettled([low, high]: Interval): boolean {
  return (high - low) / 2 <= SETTLED_HALF_WIDTH;
}

/** Both at once. @returns the narrower of two intervals that hold together; an empty one cannot come of 95 in 100 */
export function intersect([lowA, highA]: Interval, [lowB, highB]: Interval): Interval {
  const low = Math.max(lowA, lowB);
  return [low, Math.max(low, Math.min(highA, highB))];
}
