import { expect, it, vi } from 'vitest';
import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import type { EpochMetrics } from '../../domain/curve.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import type { EngineApi } from '../../rpc/engineApi.ts';
import type { ArgsOf, ProgressOf } from '../../rpc/protocol.ts';
import type { TrainResult } from '../../rpc/trainingCalls.ts';
import { inMemory, resumedFrom } from '../../testing/rpc/trainingEngine.ts';
import { learn } from './learn.ts';

type Args = ArgsOf<EngineApi['train']>;
type Train = (
  makeArgs: () => Args,
  onProgress: (progress: ProgressOf<EngineApi['train']>) => void,
) => Promise<TrainResult>;

/** What stands in for the engine, which needs a page and its weights. */
const engine = vi.hoisted(() => ({ train: null as Train | null }));
vi.mock('../engine/engine.ts', () => ({
  engineStore: { getState: () => ({ backbone: null }) },
  engineCall: (_method: 'train', makeArgs: () => Args, options: { onProgress: Parameters<Train>[1] }) =>
    engine.train?.(makeArgs, options.onProgress),
}));

const metrics = (epoch: number): EpochMetrics => ({
  ...{ epoch, loss: 1 / epoch, accuracy: 0.5, validationLoss: null, validationAccuracy: null },
  elapsedMs: epoch * 100,
});
const curveTo = (epoch: number) => Array.from({ length: epoch }, (_, index) => metrics(index + 1));
const head = { name: 'head', nodes: [], weights: {} };
const snapshotAt = (epoch: number): TrainSnapshot => ({
  ...{ epoch, curve: curveTo(epoch), head, bestHead: head, bestEpoch: epoch },
  ...{ optimizerState: {}, optimizerSteps: epoch, randomState: epoch },
});
const resultAt = (epoch: number): TrainResult => ({
  ...{ head, curve: curveTo(epoch), bestEpoch: epoch, stopReason: 'allEpochs', elapsedMs: 50 },
  ...{ validation: null, test: null, testProbabilities: new Float32Array() },
});

it('goes on from where it was interrupted, and after a crash from the last snapshot', async () => {
  const asked: Args[] = [];
  engine.train = async (makeArgs, onProgress) => {
    asked.push(makeArgs());
    onProgress({ kind: 'epoch', metrics: metrics(4), bestEpoch: 4, remainingMs: 200 });
    onProgress(inMemory(snapshotAt(4)));
    onProgress({ kind: 'epoch', metrics: metrics(5), bestEpoch: 5, remainingMs: 100 });
    // As the engine does when its worker has died.
    asked.push(makeArgs());
    onProgress({ kind: 'epoch', metrics: metrics(5), bestEpoch: 5, remainingMs: 100 });
    return resultAt(5);
  };
  const shown: (readonly EpochMetrics[])[] = [];
  const example = { hash: 'h', classIndex: 0, split: 'train' as const };
  const result = await learn(
    {
      startedAt: '2026-01-01T00:00:00.000Z',
      plan: { classNames: ['cat', 'dog'], examples: [{ ...example, picture: null as never }] },
      leftOut: [],
      data: { name: 'pets', counts: [], seed: 1, splitSource: 'fractions' },
      settings: DEFAULT_TRAIN_SETTINGS,
      arithmetic: 'int8',
      start: null,
      resumeFrom: { facts: snapshotAt(3), snapshot: snapshotAt(3) },
      ...{ isKept: false, fingerprint: undefined },
    },
    {
      signal: new AbortController().signal,
      finishSignal: new AbortController().signal,
      onLearned: (learned) => {
        if (learned.curve) shown.push(learned.curve);
      },
      onExtract: () => undefined,
      onNotKept: () => expect.fail('nothing was to be kept'),
    },
  );
  const epochsOf = (curve: readonly EpochMetrics[]) => curve.map(({ epoch }) => epoch);
  expect(asked.map(resumedFrom)).toEqual([3, 4]);
  expect(asked[0]).toMatchObject({ examples: [example], arithmetic: 'int8', classNames: ['cat', 'dog'] });
  expect(shown.map(epochsOf)).toEqual([
    [1, 2, 3],
    [1, 2, 3, 4],
    [1, 2, 3, 4, 5],
    [1, 2, 3, 4],
    [1, 2, 3, 4, 5],
    [1, 2, 3, 4, 5],
  ]);
  // 400 ms up to the last snapshot, and 50 since.
  expect(result.elapsedMs).toBe(450);
});
