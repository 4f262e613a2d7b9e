/** An engine for the tests of whole runs: it answers as one that trains does, and learns nothing. */

import { vi } from 'vitest';
import { keepingSnapshots } from '../../compute/jobs/keptSnapshots.ts';
import { type TrainSnapshot, toFacts } from '../../domain/checkpoint.ts';
import type { EpochMetrics } from '../../domain/curve.ts';
import type { ExactCheck, Metrics } from '../../domain/metrics.ts';
import { createHead } from '../../network/head.ts';
import { dense, featureInput, softmax } from '../../network/nodeBuilders.ts';
import type { EngineApi } from '../../rpc/engineApi.ts';
import type { Handlers } from '../../rpc/server.ts';
import type { SnapshotProgress, TrainArgs, TrainProgress, TrainResult } from '../../rpc/trainingCalls.ts';
import { type PageWorkers, watchPageWorkers } from './pageWorkers.ts';

type Extract = Handlers<EngineApi>['extractFeatures'];
type Train = Handlers<EngineApi>['train'];
type FineTune = Handlers<EngineApi>['fineTune'];
type CheckExactly = Handlers<EngineApi>['checkExactly'];
type KeptResult = Handlers<EngineApi>['keptResult'];

export interface TrainingEngine extends PageWorkers {
  readonly extract: ReturnType<typeof vi.fn<Extract>>;
  readonly train: ReturnType<typeof vi.fn<Train>>;
  readonly fineTune: ReturnType<typeof vi.fn<FineTune>>;
  readonly checkExactly: ReturnType<typeof vi.fn<CheckExactly>>;
  readonly keptResult: ReturnType<typeof vi.fn<KeptResult>>;
  /** Forgets what was asked, and answers as at first: everything goes well. */
  reset(): void;
}

/** A head over the four features of `PREPARED`, every weight `value`. */
export function headOf(classCount: number, value = 0.5) {
  const nodes = [
    featureInput('features', 4),
    dense('logits', 'features', classCount),
    softmax('probabilities', 'logits'),
  ];
  return createHead(nodes, () => value);
}

export const curveTo = (epochs: number): EpochMetrics[] =>
  Array.from({ length: epochs }, (_, index) => ({
    ...{ epoch: index + 1, loss: 1 / (index + 1), accuracy: 0.5, elapsedMs: 100 * (index + 1) },
    ...{ validationLoss: null, validationAccuracy: null },
  }));

export function snapshotAt(epoch: number): TrainSnapshot {
  const head = headOf(2, epoch);
  return {
    ...{ epoch, curve: curveTo(epoch), head, bestHead: head, bestEpoch: epoch },
    ...{ optimizerState: {}, optimizerSteps: epoch, randomState: epoch },
  };
}

/** Hands a snapshot out as the engine does: to the disk where the run may keep it, and else to the page. */
export function handOut(
  { keep }: Pick<TrainArgs, 'keep'>,
  progress: (value: TrainProgress) => void,
  snapshot: TrainSnapshot,
): void {
  keepingSnapshots(keep, progress).onProgress({ kind: 'snapshot', snapshot });
}

/** As the page is told of one that lies in its memory. */
export function inMemory(snapshot: TrainSnapshot): SnapshotProgress {
  return { kind: 'snapshot', facts: toFacts(snapshot), snapshot, error: null };
}

/** Epoch of what a call goes on from in memory, or the run whose checkpoint it reads; null for a fresh one. */
export function resumedFrom({ resumeFrom }: Pick<TrainArgs, 'resumeFrom'>): number | string | null {
  if (!resumeFrom) return null;
  return 'keptOf' in resumeFrom ? resumeFrom.keptOf : resumeFrom.epoch;
}

export function metricsOf(accuracy: number): Metrics {
  return { count: 4, accuracy, accuracyInterval: [0, 1], perClass: [], confusion: [] };
}

/** All four looked at. */
export const WHOLE_CHECK: ExactCheck = {
  ...{ total: 4, checked: 4, onlyQuick: 1, onlyExact: 0 },
  ...{ difference: [-0.25, -0.25], elapsedMs: 10 },
};

/** Three epochs; takes every test picture for one of the first class. */
export function resultOf({ classNames, examples }: Pick<TrainArgs, 'classNames' | 'examples'>): TrainResult {
  const tests = examples.filter(({ split }) => split === 'test');
  const line = classNames.map((_, index) => (index === 0 ? 0.9 : 0.1));
  return {
    ...{ head: headOf(classNames.length), curve: curveTo(3), bestEpoch: 3, stopReason: 'allEpochs' },
    ...{ validation: metricsOf(0.75), test: metricsOf(0.5), elapsedMs: 300 },
    testProbabilities: Float32Array.from(tests.flatMap(() => line)),
  };
}

/** Takes the place of the page's engine from now on. */
export function watchTrainingEngine(): TrainingEngine {
  const workers = watchPageWorkers();
  const extract = vi.fn<Extract>();
  const train = vi.fn<Train>();
  const fineTune = vi.fn<FineTune>();
  const checkExactly = vi.fn<CheckExactly>();
  const keptResult = vi.fn<KeptResult>();
  Object.assign(workers.engine, { extractFeatures: extract, train, fineTune, checkExactly, keptResult });
  const reset = () => {
    extract.mockReset().mockImplementation(async ({ pictures }, { progress }) => {
      const { length } = pictures;
      progress({ done: length, total: length, reused: 0, picturesPerSecond: 9, remainingMs: 0 });
      return { extracted: length, reused: 0, failed: [], elapsedMs: 1 };
    });
    train.mockReset().mockImplementation(async (args) => resultOf(args));
    fineTune.mockReset().mockImplementation(async (args) => resultOf(args));
    keptResult.mockReset().mockImplementation(async (args) => resultOf(args));
    checkExactly.mockReset().mockResolvedValue({ check: WHOLE_CHECK, metrics: metricsOf(0.25) });
  };
  reset();
  return { ...workers, extract, train, fineTune, checkExactly, keptResult, reset };
}
