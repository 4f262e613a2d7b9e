/** Both phases over the small engine: the first one ready, the second one's arguments, and a run whose snapshots are kept. */

import { extractFeatures } from '../../compute/jobs/featureJobs.ts';
import { runFineTuning } from '../../compute/jobs/fineTuneJob.ts';
import { runTraining } from '../../compute/jobs/trainJob.ts';
import type { TensorflowBackend } from '../../domain/backends.ts';
import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import {
  DEFAULT_TRAIN_SETTINGS,
  type FineTuneSettings,
  type TrainSettings,
} from '../../domain/trainSettings.ts';
import { createPauseGate } from '../../rpc/pause.ts';
import type { FineTuneArgs, FineTuneProgress, TrainResult } from '../../rpc/trainingCalls.ts';
import { clearFeatures } from '../../storage/storedFeatures.ts';
import { createTestEngine, drawPictures, TEST_CLASSES, type TestEngine } from './smallEngine.ts';

export const { pictures, examples } = await drawPictures(40);
export const FINE_TUNE: FineTuneSettings = { stages: 1, epochs: 2, learningRate: 0.01, batchSize: 4 };
export const settings: TrainSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  ...{ head: 'linear', dropout: 0, learningRate: 0.1, epochs: 3, batchSize: 8 },
  ...{ earlyStoppingPatience: null, fineTune: FINE_TUNE },
};
export const common = {
  examples,
  classNames: TEST_CLASSES,
  arithmetic: 'float32',
  resumeFrom: null,
  keep: null,
} as const;
export const open = () => new AbortController().signal;
export const contextOf = (onProgress: (progress: FineTuneProgress) => void = () => undefined) => ({
  ...{ onProgress, signal: open(), finishSignal: open() },
});

export interface FineTuneRuns {
  readonly engine: TestEngine;
  /** What the first phase came to. */
  readonly first: TrainResult;
  argsOf(fineTune?: Partial<FineTuneSettings>, more?: Partial<TrainSettings>): FineTuneArgs;
  /** Paused and let go again at the end of each epoch, and as soon as it begins: a snapshot each time. */
  withSnapshots(args: FineTuneArgs): Promise<{ result: TrainResult; snapshots: TrainSnapshot[] }>;
  close(): Promise<void>;
}

export async function openFineTuneRuns(backend: TensorflowBackend): Promise<FineTuneRuns> {
  const engine = await createTestEngine(backend);
  const silent = { onProgress: () => undefined, signal: open() };
  await extractFeatures(engine.session, { pictures, arithmetic: 'float32' }, silent);
  const first = await runTraining(engine.session, { ...common, settings, start: null }, contextOf());
  return {
    ...{ engine, first },
    argsOf: (fineTune = {}, more = {}) => ({
      ...common,
      ...{ pictures, curve: first.curve, bestEpoch: first.bestEpoch },
      settings: { ...settings, ...more, fineTune: { ...FINE_TUNE, ...fineTune } },
      start: { network: first.head, classNames: TEST_CLASSES },
    }),
    async withSnapshots(args) {
      const pauseGate = createPauseGate(false);
      const snapshots: TrainSnapshot[] = [];
      const result = await runFineTuning(engine.session, args, {
        ...contextOf((progress) => {
          if (progress.kind === 'epoch') pauseGate.set(true);
          if (progress.kind !== 'snapshot') return;
          // Nothing is to be kept, so that it comes with its weights.
          if (progress.snapshot) snapshots.push(structuredClone(progress.snapshot));
          setTimeout(() => pauseGate.set(false), 10);
        }),
        pauseGate,
      });
      return { result, snapshots };
    },
    async close() {
      engine.close();
      await clearFeatures();
    },
  };
}
