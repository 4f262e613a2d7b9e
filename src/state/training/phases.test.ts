import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import type { EpochMetrics } from '../../domain/curve.ts';
import type { StartingNetwork } from '../../domain/model.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import type { Network } from '../../network/network.ts';
import { dense, featureInput, softmax } from '../../network/nodeBuilders.ts';
import type { EngineApi } from '../../rpc/engineApi.ts';
import type { FineTuneArgs, FineTuneProgress, TrainArgs, TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { inMemory, resumedFrom } from '../../testing/rpc/trainingEngine.ts';
import { learn } from './learn.ts';
import type { LearnedSoFar } from './run.ts';

type Phase = Extract<keyof EngineApi, 'train' | 'fineTune'>;
type Asked = { readonly phase: Phase } & (TrainArgs | FineTuneArgs);
type Answer = (makeArgs: () => Asked, onProgress: (progress: FineTuneProgress) => void) => TrainResult;

/** What stands in for the engine, which needs a page and its weights, and for the pictures on the disk. */
const engine = vi.hoisted(() => ({ asked: [] as Asked[], answers: {} as Record<Phase, Answer> }));
vi.mock('../engine/engine.ts', () => ({
  engineStore: { getState: () => ({ backbone: null }) },
  engineCall: async (
    phase: Phase,
    makeArgs: () => TrainArgs,
    { onProgress }: { onProgress: (progress: FineTuneProgress) => void },
  ) => {
    const ask = () => {
      const asked: Asked = { phase, ...makeArgs() };
      engine.asked.push(asked);
      return asked;
    };
    return engine.answers[phase](ask, onProgress);
  },
}));
vi.mock('../dataset/pictureBlobs.ts', () => ({
  handOverPictures: async (hashes: readonly string[]) =>
    new Map(hashes.map((hash) => [hash, new Blob([hash])])),
}));

const metricsOf = (epoch: number, firstEpochs: number): EpochMetrics => ({
  ...{ epoch, loss: 1 / epoch, accuracy: 0.5, validationLoss: null, validationAccuracy: null },
  elapsedMs: epoch * 100,
  ...(epoch > firstEpochs ? { phase: 'fineTune' as const } : {}),
});
const curveTo = (epoch: number, firstEpochs = epoch) =>
  Array.from({ length: epoch }, (_, index) => metricsOf(index + 1, firstEpochs));
const headOf = (name: string): Network => ({
  ...{ name, weights: {} },
  nodes: [featureInput('features', 8), dense('logits', 'features', 2), softmax('p', 'logits')],
});
const part: Network = {
  ...headOf('part'),
  nodes: headOf('part').nodes.map((node) => (node.op === 'input' ? { ...node, shape: [4, 4, 8] } : node)),
};
const resultOf = (head: Network, curve: readonly EpochMetrics[], elapsedMs: number): TrainResult => ({
  ...{ head, curve, bestEpoch: curve.length, stopReason: 'allEpochs', elapsedMs },
  ...{ validation: null, test: null, testProbabilities: new Float32Array() },
});
const snapshotOf = (curve: readonly EpochMetrics[], phase?: 'fineTune'): TrainSnapshot => ({
  ...{ epoch: curve.length, curve, head: part, bestHead: part, bestEpoch: curve.length, bestLoss: 0.5 },
  ...{ optimizerState: {}, optimizerSteps: 1, randomState: 1 },
  ...(phase ? { phase } : {}),
});

const STARTED_AT = '2026-01-01T00:00:00.000Z';
const EXAMPLES = ['a', 'b'].map((hash) => ({ hash, classIndex: 0, split: 'train' as const }));
const settings = { ...DEFAULT_TRAIN_SETTINGS, epochs: 3, fineTune: { ...DEFAULT_FINE_TUNE, epochs: 2 } };

async function run(
  resumeFrom: TrainSnapshot | null = null,
  more: { start?: StartingNetwork; finishSignal?: AbortSignal; isKept?: boolean } = {},
) {
  const shown: Partial<LearnedSoFar>[] = [];
  const extracted: (number | null)[] = [];
  const result = await learn(
    {
      ...{ startedAt: STARTED_AT, leftOut: [], settings, arithmetic: 'int8', start: more.start ?? null },
      resumeFrom: resumeFrom && { facts: resumeFrom, snapshot: resumeFrom },
      ...{ isKept: more.isKept ?? false, fingerprint: undefined },
      plan: {
        classNames: ['cat', 'dog'],
        examples: EXAMPLES.map((example) => ({ ...example, picture: null as never })),
      },
      data: { name: 'pets', counts: [], seed: 1, splitSource: 'fractions' },
    },
    {
      signal: new AbortController().signal,
      finishSignal: more.finishSignal ?? new AbortController().signal,
      onLearned: (learned) => shown.push(learned),
      onExtract: (extract) => extracted.push(extract?.done ?? null),
      onNotKept: () => undefined,
    },
  );
  return { result, shown, extracted, planned: [...new Set(shown.flatMap((one) => one.plannedEpochs ?? []))] };
}

beforeEach(() => {
  engine.asked.length = 0;
  engine.answers = {
    train: (ask, onProgress) => {
      ask();
      onProgress({ kind: 'epoch', metrics: metricsOf(1, 2), bestEpoch: 1, remainingMs: 5 });
      // Stopped early: one epoch less than planned.
      return resultOf(headOf('of the first phase'), curveTo(2), 250);
    },
    fineTune: (ask, onProgress) => {
      ask();
      const extract = { done: 2, total: 2, reused: 0, picturesPerSecond: 1, remainingMs: 0 };
      onProgress({ kind: 'activations', extract });
      onProgress({ kind: 'epoch', metrics: metricsOf(3, 2), bestEpoch: 3, remainingMs: 5 });
      onProgress({ kind: 'step', epoch: 4, fraction: 0.5, remainingMs: 2 });
      return resultOf(part, curveTo(4, 2), 400);
    },
  };
});

describe('a run in two phases', () => {
  it('hands the head of the first to the second, with the pictures, and counts on', async () => {
    const { result, shown, extracted, planned } = await run();
    expect(engine.asked.map(({ phase }) => phase)).toEqual(['train', 'fineTune']);
    expect(engine.asked[0]).toMatchObject({ start: null, resumeFrom: null, settings });
    expect(engine.asked[1]).toMatchObject({
      ...{ resumeFrom: null, curve: curveTo(2), bestEpoch: 2, settings, examples: EXAMPLES },
      start: { network: { name: 'of the first phase' }, classNames: ['cat', 'dog'] },
      pictures: [{ hash: 'a' }, { hash: 'b' }],
    });
    expect(extracted[0]).toBe(2);
    expect(extracted.at(-1)).toBeNull();
    expect(shown.at(-1)?.curve).toEqual(curveTo(4, 2));
    expect(shown.some(({ epochFraction }) => epochFraction === 0.5)).toBe(true);
    // As planned, and once the first phase has ended early.
    expect(planned).toEqual([5, 4]);
    expect(result).toMatchObject({ head: { name: 'part' }, bestEpoch: 4, elapsedMs: 650 });
  });

  it('that is finished in the first phase has no second', async () => {
    const finish = new AbortController();
    const { train } = engine.answers;
    engine.answers.train = (...given) => {
      finish.abort();
      return train(...given);
    };
    const { result } = await run(null, { finishSignal: finish.signal });
    expect(engine.asked.map(({ phase }) => phase)).toEqual(['train']);
    expect(result).toMatchObject({ head: { name: 'of the first phase' }, elapsedMs: 250 });
  });

  it('goes on in the phase in which it was interrupted', async () => {
    await run(snapshotOf(curveTo(1)));
    expect(engine.asked.map((asked) => [asked.phase, resumedFrom(asked)])).toEqual([
      ['train', 1],
      ['fineTune', null],
    ]);
    engine.asked.length = 0;
    const { result, planned, shown } = await run(snapshotOf(curveTo(3, 2), 'fineTune'));
    expect(engine.asked).toMatchObject([
      { phase: 'fineTune', start: null, resumeFrom: { epoch: 3 }, pictures: [{ hash: 'a' }, { hash: 'b' }] },
    ]);
    expect(planned).toEqual([4]);
    expect(shown[0]?.curve).toEqual(curveTo(3, 2));
    // 300 ms up to the snapshot.
    expect(result.elapsedMs).toBe(700);
  });

  it('after a crash in the second phase begins that one again, or goes on from its last snapshot', async () => {
    engine.answers.fineTune = (ask, onProgress) => {
      ask();
      ask();
      onProgress(inMemory(snapshotOf(curveTo(3, 2), 'fineTune')));
      ask();
      return resultOf(part, curveTo(4, 2), 400);
    };
    const { result } = await run();
    expect(engine.asked.slice(1).map(resumedFrom)).toEqual([null, null, 3]);
    expect(engine.asked.slice(1).map(({ start }) => start?.network.name)).toEqual(
      new Array<string>(3).fill('of the first phase'),
    );
    // 250 ms of the first phase, 50 up to the snapshot, 400 since.
    expect(result.elapsedMs).toBe(700);
  });

  it('has no first phase where a fine-tuned model is to learn on', async () => {
    const start = { network: part, classNames: ['cat', 'dog'] };
    const { planned } = await run(null, { start });
    expect(engine.asked).toMatchObject([{ phase: 'fineTune', start, curve: [], bestEpoch: 0 }]);
    expect(planned).toEqual([2]);
    engine.asked.length = 0;
    await run(null, { start: { network: headOf('a head'), classNames: ['cat', 'dog'] } });
    expect(engine.asked.map(({ phase, start: of }) => [phase, of?.network.name])).toEqual([
      ['train', 'a head'],
      ['fineTune', 'of the first phase'],
    ]);
  });

  it.each(['outOfMemory', 'workerDied', 'deviceLost', 'notFinite', 'unexpected'] as const)(
    'keeps the head of the first when the second ends with %s, and says so',
    async (code) => {
      engine.answers.fineTune = (ask) => {
        ask();
        throw new AppError(code);
      };
      const { result, shown } = await run();
      expect(result).toMatchObject({ head: { name: 'of the first phase' }, tuningError: { code } });
      expect(shown.at(-1)).toMatchObject({ curve: curveTo(2), bestEpoch: 2 });
    },
  );

  it('that is cancelled in the second is cancelled', async () => {
    engine.answers.fineTune = () => {
      throw new AppError('cancelled');
    };
    await expect(run()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('tells the engine what to keep beside its snapshots, and to go on from the disk', async () => {
    const asked = await run(null, { isKept: true }).then(() => engine.asked);
    expect(asked.map(({ keep }) => keep?.plannedEpochs)).toEqual([5, 4]);
    expect(asked[1]?.keep).toMatchObject({ startedAt: STARTED_AT, settings, arithmetic: 'int8' });
    engine.asked.length = 0;
    engine.answers.train = (ask, onProgress) => {
      ask();
      onProgress({ ...inMemory(snapshotOf(curveTo(1))), snapshot: null });
      ask();
      return resultOf(headOf('of the first phase'), curveTo(2), 250);
    };
    await run(null, { isKept: true });
    expect(engine.asked.slice(0, 2).map(resumedFrom)).toEqual([null, STARTED_AT]);
  });
});
