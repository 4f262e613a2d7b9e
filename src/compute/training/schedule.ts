/** The learning rate of each step, from settings and curve alone: a run that goes on from a snapshot needs nothing else. */
import { type EpochMetrics, watchedLoss } from '../../domain/curve.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';

export type ScheduleSettings = Pick<
  TrainSettings,
  | 'schedule'
  | 'learningRate'
  | 'epochs'
  | 'warmupFraction'
  | 'rateFactor'
  | 'rateStepEpochs'
  | 'plateauPatience'
  | 'minimumRate'
>;

// Of one-cycle, as in fastai and PyTorch's `OneCycleLR`, which took them from Smith's reports.
const RISING_FRACTION = 0.3;
/** The first rate is the peak divided by this, and the last is the first divided by `END_DIVISOR`. */
const START_DIVISOR = 25;
const END_DIVISOR = 1e4;

/** From `from` (fraction 0) to `to` (fraction 1) along half a wave of the cosine. */
function anneal(from: number, to: number, fraction: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * fraction))) / 2;
}

/**
 * `η = peak · (1 + cos(π · fraction)) / 2`, one period without restarts: Loshchilov & Hutter, "SGDR: Stochastic Gradient
 * Descent with Warm Restarts" (2016), equation 5 with a lowest rate of 0. Before it the rate rises in a straight line
 * (Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.2), and is never 0, so that no step is for nothing.
 */
function cosineRate(
  { learningRate, warmupFraction }: ScheduleSettings,
  step: number,
  stepCount: number,
): number {
  const warmupSteps = Math.floor(warmupFraction * stepCount);
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  return anneal(learningRate, 0, (step - warmupSteps) / (stepCount - warmupSteps));
}

/**
 * Up to the peak and down to almost nothing: Smith & Topin, "Super-Convergence" (2018), and Smith, "A disciplined
 * approach to neural network hyper-parameters" (2018); two cosines in place of straight lines, as fastai and PyTorch
 * have it. The momentum stays as it is: the authors let it swing against the rate.
 */
function oneCycleRate({ learningRate }: ScheduleSettings, step: number, stepCount: number): number {
  const first = learningRate / START_DIVISOR;
  const fraction = stepCount > 1 ? step / (stepCount - 1) : RISING_FRACTION;
  if (fraction <= RISING_FRACTION) return anneal(first, learningRate, fraction / RISING_FRACTION);
  return anneal(learningRate, first / END_DIVISOR, (fraction - RISING_FRACTION) / (1 - RISING_FRACTION));
}

/**
 * As Keras's `ReduceLROnPlateau` without cool-down, with early stopping's measure of what is better: any fall of the
 * watched loss below the lowest before.
 */
function plateauRate(settings: ScheduleSettings, curve: readonly EpochMetrics[]): number {
  const { learningRate, rateFactor, plateauPatience } = settings;
  // A minimum above the rate must not raise it.
  const minimum = Math.min(settings.minimumRate, learningRate);
  let [rate, lowest, waited] = [learningRate, Number.POSITIVE_INFINITY, 0];
  for (const metrics of curve) {
    const loss = watchedLoss(metrics);
    waited = loss < lowest ? 0 : waited + 1;
    lowest = Math.min(lowest, loss);
    if (waited < plateauPatience) continue;
    rate = Math.max(minimum, rate * rateFactor);
    waited = 0;
  }
  return rate;
}

/**
 * The learning rates of the epoch that follows `curve`.
 * @param stepsPerEpoch at least 1
 * @param curve of all epochs so far
 * @returns the rate of a step of this epoch, counted from 0
 */
export function ratesOfEpoch(
  settings: ScheduleSettings,
  stepsPerEpoch: number,
  curve: readonly EpochMetrics[],
): (step: number) => number {
  const { schedule, learningRate, epochs, rateFactor, rateStepEpochs } = settings;
  const stepCount = stepsPerEpoch * epochs;
  const before = stepsPerEpoch * curve.length;
  switch (schedule) {
    case 'cosine':
      return (step) => cosineRate(settings, before + step, stepCount);
    case 'oneCycle':
      return (step) => oneCycleRate(settings, before + step, stepCount);
    case 'step': {
      const rate = learningRate * rateFactor ** Math.floor(curve.length / rateStepEpochs);
      return () => rate;
    }
    case 'plateau': {
      const rate = plateauRate(settings, curve);
      return () => rate;
    }
    case 'constant':
      return () => learningRate;
  }
}
