/** Reads a learning rate off a range test: rates that rise from step to step, and the loss at each. */

export interface RatePoint {
  readonly learningRate: number;
  /** Of the batch of that step, in nats, as it would be of an average batch. */
  readonly loss: number;
}

/** From where to where the rates rise. */
export const LOWEST_RATE = 1e-7;
export const HIGHEST_RATE = 1;

/** What a running mean keeps at each step: about the last ten losses count. */
const KEEP = 0.9;
/** A loss so many times the best is past saving (fastai's `lr_find`). */
const DIVERGED = 4;
/** Steps before the loss may be judged: the first few say more about the batches than about the rate. */
const JUDGED_FROM = 10;

/** The rate of each of so many steps; each is the one before times the same factor. */
export function risingRates(steps: number): number[] {
  const growth = HIGHEST_RATE / LOWEST_RATE;
  return Array.from({ length: steps }, (_, step) => LOWEST_RATE * growth ** (step / Math.max(1, steps - 1)));
}

/**
 * Losses as a running mean, `m' = 0.9·m + 0.1·loss`, corrected for its start at zero (Kingma & Ba, "Adam", 2015,
 * section 3). It trails behind, but less than the noise of batches it takes out.
 */
export function smoothLosses(losses: readonly number[]): number[] {
  let mean = 0;
  return losses.map((loss, index) => {
    mean = KEEP * mean + (1 - KEEP) * loss;
    return mean / (1 - KEEP ** (index + 1));
  });
}

/** Whether the loss has risen so far that higher rates have nothing to tell. */
export function hasDiverged(losses: readonly number[]): boolean {
  const last = losses.at(-1) ?? 0;
  if (!Number.isFinite(last)) return true;
  if (losses.length <= JUDGED_FROM) return false;
  const smoothed = smoothLosses(losses);
  return (smoothed.at(-1) ?? 0) > DIVERGED * Math.min(...smoothed);
}

/** How much lower than it began the loss must get, as a fraction, to say anything. */
const LEAST_FALL = 0.03;
/** A head that learned best at a rate below ten times this did not learn at all. */
const LEAST_PROPOSAL = 1e-6;
/** Far below where the loss is lowest: there a step is already so large that it just about holds its own. */
const BELOW_LOWEST = 10;

/** Fraction of the whole fall by which a loss may lie above the lowest and count as much. */
const ALMOST_LOWEST = 0.1;

/** Of the steps whose rates are too low to change anything: what the loss is without learning. */
function lossWithoutLearning(losses: readonly number[]): number {
  const first = losses.slice(0, JUDGED_FROM);
  return first.reduce((sum, loss) => sum + loss, 0) / first.length;
}

/**
 * The rate to train with: a tenth of the first at which nine tenths of the smoothed loss's fall were done. That is the
 * rule of S. Gugger, "How Do You Find A Good Learning Rate" (2018), and fastai's `lr_find` (`minimum`), but for the end
 * of the fall, for the test of Smith, "Cyclical Learning Rates for Training Neural Networks" (2017, section 3.3). The
 * steepest place, the other usual rule, is where noise is.
 * @param points of the whole test, in the order of the steps
 * @returns with two significant digits; null where the loss did not fall clearly
 */
export function proposeRate(points: readonly RatePoint[]): number | null {
  const finite = points.filter(({ loss }) => Number.isFinite(loss));
  const losses = finite.map(({ loss }) => loss);
  if (losses.length <= JUDGED_FROM) return null;
  const smoothed = smoothLosses(losses);
  const lowest = Math.min(...smoothed.slice(JUDGED_FROM));
  const first = lossWithoutLearning(losses);
  // Few pictures are learned by heart long before a rate is too high, and any from there on looks as good.
  const asGood = lowest + ALMOST_LOWEST * (first - lowest);
  const point = finite[smoothed.findIndex((loss, index) => index >= JUDGED_FROM && loss <= asGood)];
  if (!point || lowest > (1 - LEAST_FALL) * first) return null;
  const proposal = Number((point.learningRate / BELOW_LOWEST).toPrecision(2));
  return proposal < LEAST_PROPOSAL ? null : proposal;
}
