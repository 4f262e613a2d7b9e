/** The training loop, over whatever lies behind a cut of a network: a head, the last stages, all of it. */
import { type EpochMetrics, type StopReason, watchedLoss } from '../../domain/curve.ts';
import type { Metrics } from '../../domain/metrics.ts';
import type { Network } from '../../network/network.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { yieldToMessages } from '../yield.ts';
import { bookTotals, runEpoch } from './epoch.ts';
import { measureLoss, measureRows } from './measure.ts';
import { createMeasuringMeter } from './measuringMeter.ts';
import {
  phaseCurve,
  type Run,
  snapshotEveryMs,
  startRun,
  type TrainHeadArgs,
  type TrainHeadContext,
  toSnapshot,
} from './runState.ts';

/** Within an epoch, news come so often. */
const REPORT_EVERY_MS = 400;
/** Between the snapshots at the ends of epochs, at least. */
const EPOCH_SNAPSHOT_MS = 3000;

export interface TrainHeadResult {
  readonly head: Network;
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly stopReason: StopReason;
  readonly validation: Metrics | null;
  readonly test: Metrics | null;
  /** `[testCount, classes]`, in the order of `rows.test`. */
  readonly testProbabilities: Float32Array<ArrayBuffer>;
  /** The same of `rows.validation`. */
  readonly validationProbabilities?: Float32Array<ArrayBuffer> | undefined;
}

/** Measuring tens of thousands of pictures takes as long as learning from them: it can be paused and dropped as that can. */
function pausable(
  meter: (done: number) => void,
  { pauseGate, signal }: Pick<TrainHeadContext, 'pauseGate' | 'signal'>,
): (done: number) => Promise<void> {
  return async (done) => {
    meter(done);
    if (pauseGate?.isPaused) await pauseGate.wait();
    throwIfCancelled(signal);
  };
}

/** Runs epochs until they are used up, early stopping says so, or the person does. */
async function runEpochs(run: Run, args: TrainHeadArgs, context: TrainHeadContext): Promise<StopReason> {
  const { settings, labels, classCount, after } = args;
  const { onProgress, pauseGate } = context;
  const startMs = performance.now();
  const pausedBeforeMs = pauseGate?.pausedMs ?? 0;
  const workedMs = () => performance.now() - startMs - ((pauseGate?.pausedMs ?? 0) - pausedBeforeMs);
  const everyMs = snapshotEveryMs(args);
  const elapsedBeforeMs = run.curve.at(-1)?.elapsedMs ?? 0;
  const inPhase = () => phaseCurve(run, args).length;
  const startProgress = inPhase();
  /** Epochs of the phase, the running one by its fraction. */
  let progress = startProgress;
  let lastSnapshotMs = performance.now();
  let lastReportMs = lastSnapshotMs;

  const remainingMs = () => {
    const done = progress - startProgress;
    return done > 0 ? (workedMs() / done) * (settings.epochs - progress) : 0;
  };
  const handOutSnapshot = async () => {
    await context.readyForSnapshot?.();
    await bookTotals(run);
    // What has got out of hand must not take the place of what can go on.
    if (run.running && !Number.isFinite(run.running.lossSum)) {
      lastSnapshotMs = performance.now();
      return;
    }
    onProgress({ kind: 'snapshot', snapshot: await toSnapshot(run, args) });
    lastSnapshotMs = performance.now();
  };
  /** Whoever paused it may close the lid: the snapshot comes first. */
  const rest = async (dueAfterMs: number) => {
    const isPaused = pauseGate?.isPaused === true;
    if (isPaused || performance.now() - lastSnapshotMs >= dueAfterMs) await handOutSnapshot();
    if (isPaused) await pauseGate.wait();
  };
  const onPause = async (fraction: number) => {
    progress = inPhase() + fraction;
    if (performance.now() - lastReportMs >= REPORT_EVERY_MS) {
      onProgress({ kind: 'step', epoch: run.curve.length + 1, fraction, remainingMs: remainingMs() });
      lastReportMs = performance.now();
    }
    await rest(everyMs);
  };
  const isOutOfPatience = () => {
    const patience = settings.earlyStoppingPatience;
    if (patience === null || inPhase() === 0) return false;
    // A second phase has its own patience, however long ago the first one had its best epoch.
    return Math.min(run.curve.length - run.bestEpoch, inPhase()) >= patience;
  };

  /** Asked to stop before a second phase has come to anything: what the first one came to is wanted, as it is. */
  const isUnwanted = () =>
    context.finishSignal.aborted && after !== undefined && after.curve.length > 0 && inPhase() === 0;

  // From here on the first phase need not be done again, however soon the tab ends.
  if (after && !args.resumeFrom) await handOutSnapshot();
  for (;;) {
    // Asked before the first epoch as well: a snapshot may be that of the last one.
    const isUsedUp = inPhase() >= settings.epochs;
    if (isUsedUp || isOutOfPatience()) {
      // Whatever becomes of the second phase, it can be tried again without the first.
      if (settings.fineTune && !after && progress > startProgress) await handOutSnapshot();
      return isOutOfPatience() ? 'earlyStopping' : 'allEpochs';
    }
    if (isUnwanted()) return 'finishedByPerson';
    const epoch = run.curve.length + 1;
    const training = await runEpoch(run, args, context, { onPause });
    if (isUnwanted()) return 'finishedByPerson';
    const toMeasure = args.rows.validation;
    const meter = pausable(createMeasuringMeter(toMeasure.length, onProgress), context);
    const validation = await measureLoss(run.trainer, labels, toMeasure, classCount, meter);
    context.lost.throwIfAborted();
    const metrics: EpochMetrics = {
      epoch,
      ...training,
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.accuracy ?? null,
      elapsedMs: elapsedBeforeMs + workedMs(),
      ...(after ? { phase: 'fineTune' as const } : {}),
    };
    if (!Number.isFinite(watchedLoss(metrics)) || !Number.isFinite(metrics.loss)) {
      throw new AppError('notFinite', { epoch, ...(after ? { phase: 'fineTune' } : {}) });
    }
    run.curve.push(metrics);
    progress = inPhase();
    if (watchedLoss(metrics) < run.bestLoss) {
      run.bestLoss = watchedLoss(metrics);
      run.bestEpoch = epoch;
      run.bestHead = await run.trainer.toNetwork();
    }
    onProgress({ kind: 'epoch', metrics, bestEpoch: run.bestEpoch, remainingMs: remainingMs() });
    await yieldToMessages();
    // The end of an epoch is worth a snapshot sooner than its middle, but not after every blink.
    await rest(Math.min(everyMs, EPOCH_SNAPSHOT_MS));
    throwIfCancelled(context.signal);
    if (context.finishSignal.aborted) return 'finishedByPerson';
  }
}

/**
 * Trains, puts the best weights back and measures them on the validation and test rows; not those of a second phase that
 * was stopped before its first epoch.
 * @throws AppError `notFinite` when the loss is no number, `cancelled`, `deviceLost`, `outOfMemory`.
 */
export async function trainHead(args: TrainHeadArgs, context: TrainHeadContext): Promise<TrainHeadResult> {
  const { labels, rows, classCount } = args;
  const run = await startRun(args);
  const { trainer } = run;
  try {
    const stopReason = await runEpochs(run, args, context);
    trainer.restore(run.bestHead);
    // Who stops a second phase before its first epoch does not wait for passes through its layers: whoever has the
    // features measures the head alone.
    const isDropped = stopReason === 'finishedByPerson' && phaseCurve(run, args).length === 0;
    const measured = isDropped ? { validation: new Int32Array(), test: new Int32Array() } : rows;
    const first = measured.validation.length;
    const meter = pausable(createMeasuringMeter(first + measured.test.length, context.onProgress), context);
    const validation = await measureRows(trainer, labels, measured.validation, classCount, meter);
    const test = await measureRows(trainer, labels, measured.test, classCount, (done) => meter(first + done));
    context.lost.throwIfAborted();
    return {
      head: run.bestHead,
      curve: run.curve,
      bestEpoch: run.bestEpoch,
      stopReason,
      validation: validation.metrics,
      test: test.metrics,
      testProbabilities: test.probabilities,
      validationProbabilities: validation.probabilities,
    };
  } finally {
    trainer.dispose();
  }
}
