/** One epoch, step by step: it can be paused, cancelled and taken up again between any two of them. */

import type { EpochMetrics } from '../../domain/curve.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { createRandom, shuffle } from '../../shared/random.ts';
import { yieldToMessages } from '../yield.ts';
import { phaseCurve, type Run, rowsPerStep, type TrainHeadArgs, type TrainHeadContext } from './runState.ts';
import { ratesOfEpoch } from './schedule.ts';

/** How often the loop lets messages in. */
const YIELD_EVERY_MS = 40;

export interface EpochWatch {
  /** Called between two steps, some time apart. @param fraction of the epoch that is done, 0–1 */
  readonly onPause: (fraction: number) => Promise<void>;
}

/** Rows in the order of this epoch, which is the same again when it is taken up in its middle. */
function takeOrder(run: Run, { rows }: TrainHeadArgs): Int32Array {
  if (run.running) return shuffle(rows.train.slice(), createRandom(run.running.startState));
  const startState = run.random.state;
  const order = shuffle(rows.train.slice(), run.random);
  run.running = { steps: 0, startState, lossSum: 0, weightSum: 0, correct: 0 };
  return order;
}

/** Adds what the trainer has summed up since it was last asked. */
export async function bookTotals(run: Run): Promise<void> {
  const { running } = run;
  if (!running) return;
  const { lossSum, weightSum, correct } = await run.trainer.takeTotals();
  run.running = {
    ...running,
    lossSum: running.lossSum + lossSum,
    weightSum: running.weightSum + weightSum,
    correct: running.correct + correct,
  };
}

/** One pass over the training rows in a fresh order. Mean loss and accuracy, under dropout, as Keras shows them. */
export async function runEpoch(
  run: Run,
  args: TrainHeadArgs,
  context: TrainHeadContext,
  { onPause }: EpochWatch,
): Promise<Pick<EpochMetrics, 'loss' | 'accuracy' | 'learningRate'>> {
  const { settings, onOrder } = args;
  const order = takeOrder(run, args);
  const perStep = rowsPerStep(settings);
  const stepCount = Math.ceil(order.length / perStep);
  const rateOf = ratesOfEpoch(settings, stepCount, phaseCurve(run, args));
  const firstStep = run.running?.steps ?? 0;
  onOrder?.(order.subarray(firstStep * perStep), run.curve.length + 1);
  let lastYieldMs = performance.now();
  let learningRate = settings.learningRate;
  let rowsDone = firstStep * perStep;
  for (let step = firstStep; step < stepCount; step++) {
    throwIfCancelled(context.signal);
    context.lost.throwIfAborted();
    learningRate = rateOf(step);
    const rows = order.subarray(step * perStep, (step + 1) * perStep);
    await run.trainer.step(rows, run.random, learningRate);
    rowsDone += rows.length;
    if (run.running) run.running = { ...run.running, steps: step + 1 };
    // It may take minutes: whoever stops it gets what it has learned until now.
    if (args.epochsAreLong && context.finishSignal.aborted) break;
    if (performance.now() - lastYieldMs > YIELD_EVERY_MS) {
      await yieldToMessages();
      if (step + 1 < stepCount) await onPause((step + 1) / stepCount);
      lastYieldMs = performance.now();
    }
  }
  await bookTotals(run);
  const { lossSum = 0, weightSum = 0, correct = 0 } = run.running ?? {};
  run.running = null;
  return { loss: lossSum / weightSum, accuracy: correct / rowsDone, learningRate };
}
