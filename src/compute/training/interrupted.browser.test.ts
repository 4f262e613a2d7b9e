import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../rpc/backends.ts';
import { createPauseGate } from '../../rpc/pause.ts';
import type { TrainProgress, TrainSnapshot } from '../../rpc/training.ts';
import { DEFAULT_TRAIN_SETTINGS, type EpochMetrics, type TrainSettings } from '../../shared/training.ts';
import { activateBackend } from '../backends/activate.ts';
import { createHeadTrainer } from './createHeadTrainer.ts';
import type { CreateHeadTrainer } from './headTrainer.ts';
import type { TrainHeadArgs, TrainHeadContext } from './run.ts';
import { createTailTrainer } from './tail/tailTrainer.ts';
import { createMaps, createSource, createTail, DROPOUT_TAIL } from './tail/testTails.ts';
import { createTensorflowTrainer } from './tensorflowTrainer.ts';
import { createClouds, range } from './testTable.ts';
import { type TrainHeadResult, trainHead } from './trainHead.ts';

const CLASSES = 3;
/** Of each epoch. */
const STEPS = 4;
const settings: TrainSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  ...{ hiddenUnits: 8, epochs: 3, batchSize: 5, learningRate: 0.02 },
  ...{ schedule: 'cosine', warmupShare: 0.2, earlyStoppingPatience: null },
};
const rows = { train: range(0, 18), validation: range(18, 24), test: range(24, 30) };
const table = createClouds(30, 12, CLASSES);
const maps = createMaps(30);
const ofHead = (createTrainer: CreateHeadTrainer): TrainHeadArgs => ({
  ...{ table, rows, settings, createTrainer },
  ...{ classCount: CLASSES, resumeFrom: null },
});
/** The tail goes on from a first phase, as it does in the app. */
const first: readonly EpochMetrics[] = [1, 2].map((epoch) => ({
  ...{ epoch, loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5, elapsedMs: epoch * 1000 },
}));
const ofTail = (): TrainHeadArgs => ({
  ...{ rows, settings, classCount: CLASSES, resumeFrom: null },
  table: { values: new Float32Array(), featureCount: 0, labels: maps.labels },
  start: createTail(DROPOUT_TAIL),
  after: { curve: first, bestEpoch: 2 },
  createTrainer: ({ classWeights, start, settings: wanted }) =>
    createTailTrainer({
      ...{ source: createSource(maps), labels: maps.labels, microBatch: 3 },
      ...{ classWeights, start, settings: wanted },
    }),
});

/** Steps that take so long that the loop lets messages in after each of them. */
function slowed(args: TrainHeadArgs, onStep: (count: number) => void = () => undefined): TrainHeadArgs {
  const { createTrainer = createHeadTrainer } = args;
  let count = 0;
  return {
    ...args,
    snapshotEveryMs: 0,
    async createTrainer(ofTrainer) {
      const trainer = await createTrainer(ofTrainer);
      return {
        ...trainer,
        async step(...given) {
          const endMs = performance.now() + 45;
          await trainer.step(...given);
          await new Promise((resolve) => setTimeout(resolve, endMs - performance.now()));
          count += 1;
          onStep(count);
        },
      };
    },
  };
}

const open = () => new AbortController().signal;
const contextOf = (more: Partial<TrainHeadContext> = {}): TrainHeadContext => ({
  ...{ onProgress: () => undefined, signal: open(), finishSignal: open(), lost: open() },
  ...more,
});

/** Copies what is handed out, as the way to the page does. */
function collect() {
  const snapshots: TrainSnapshot[] = [];
  const onProgress = (progress: TrainProgress) => {
    if (progress.kind === 'snapshot') snapshots.push(structuredClone(progress.snapshot));
  };
  return { snapshots, onProgress };
}

interface Learner {
  readonly title: string;
  readonly backend: TensorflowBackend;
  readonly args: TrainHeadArgs;
}

const LEARNERS: readonly Learner[] = [
  { title: 'a head with our own kernels', backend: 'wasm', args: ofHead(createHeadTrainer) },
  { title: 'a head with TensorFlow.js on wasm', backend: 'wasm', args: ofHead(createTensorflowTrainer) },
  { title: 'a tail on wasm', backend: 'wasm', args: ofTail() },
  ...(['webgl', 'webgpu'] as const).flatMap((backend) => [
    { title: `a head on ${backend}`, backend, args: ofHead(createHeadTrainer) },
    { title: `a tail on ${backend}`, backend, args: ofTail() },
  ]),
];

function expectSameEnd(actual: TrainHeadResult, expected: TrainHeadResult, tolerance: number): void {
  const numbers = ({ curve, testProbabilities }: TrainHeadResult) => [
    ...curve.flatMap((one) => [one.epoch, one.loss, one.accuracy, one.validationLoss, one.learningRate]),
    ...testProbabilities,
  ];
  const [left, right] = [numbers(actual), numbers(expected)];
  expect(left).toHaveLength(right.length);
  left.forEach((value, i) => {
    expect(Math.abs((value ?? 0) - (right[i] ?? 0)), `number ${i}`).toBeLessThan(tolerance);
  });
  expect(actual.bestEpoch).toBe(expected.bestEpoch);
  expect(actual.stopReason).toBe(expected.stopReason);
}

describe.each(LEARNERS)('interrupted in mid-epoch: $title', ({ backend, args }) => {
  beforeAll(async () => {
    await activateBackend(backend);
  });

  it('ends where the uninterrupted run ends', async () => {
    const { snapshots, onProgress } = collect();
    // A GPU imitated by the processor takes seconds for what WASM does in a blink: one place is enough there.
    const isQuick = backend === 'wasm';
    const epochs = isQuick ? settings.epochs : 2;
    const here = { ...args, settings: { ...settings, epochs } };
    const whole = await trainHead(slowed(here), contextOf({ onProgress }));
    const before = args.after?.curve.length ?? 0;
    expect(whole.curve).toHaveLength(before + epochs);
    const places = isQuick ? ['0 1', '1 2', '2 3', '1 0', '3 0'] : ['1 2'];
    for (const place of places) {
      const placeOf = ({ epoch, running }: TrainSnapshot) => `${epoch - before} ${running?.steps ?? 0}`;
      const resumeFrom = snapshots.find((one) => placeOf(one) === place);
      if (!resumeFrom) throw new Error(`no snapshot at ${place}`);
      const upcoming: string[] = [];
      const onOrder = (order: Int32Array, at: number) => upcoming.push(`${at - before - 1} ${order.length}`);
      const rest = await trainHead({ ...here, resumeFrom, onOrder }, contextOf());
      expectSameEnd(rest, whole, isQuick ? 1e-6 : 1e-3);
      const [epoch, steps] = place.split(' ').map(Number);
      expect(upcoming[0]).toBe(epoch === epochs ? undefined : `${epoch} ${18 - (steps ?? 0) * 5}`);
    }
  });
});

describe('pausing', () => {
  beforeAll(async () => {
    await activateBackend('wasm');
  });

  /** Pauses after the second step of the second epoch; `then` is called a while later. */
  async function pausedRun(args: TrainHeadArgs, then: (gate: ReturnType<typeof createPauseGate>) => void) {
    const pauseGate = createPauseGate(false);
    const { snapshots, onProgress } = collect();
    let steps = 0;
    let stepsWhilePaused = 0;
    let kept = 0;
    let pausedMs = 0;
    const finish = new AbortController();
    const cancel = new AbortController();
    const startMs = performance.now();
    const slow = slowed(args, (count) => {
      steps = count;
      if (count !== STEPS + 2) return;
      pauseGate.set(true);
      const sinceMs = performance.now();
      setTimeout(() => {
        stepsWhilePaused = steps - count;
        kept = snapshots.filter(({ running }) => running?.steps === 2).length;
        pausedMs = performance.now() - sinceMs;
        then(pauseGate);
      }, 600);
    });
    const run = (more: Partial<TrainHeadContext>) =>
      trainHead(
        { ...slow, snapshotEveryMs: 60_000 },
        contextOf({ onProgress, pauseGate, signal: cancel.signal, finishSignal: finish.signal, ...more }),
      );
    const facts = () => ({ steps, stepsWhilePaused, kept, pausedMs, tookMs: performance.now() - startMs });
    return { run, facts, finish, cancel, snapshots };
  }

  it.each([LEARNERS[0], LEARNERS[2]])(
    'hands out a snapshot, rests, and leaves the pause out: $title',
    async (learner) => {
      if (!learner) throw new Error('no learner');
      const { run, facts, snapshots } = await pausedRun(learner.args, (gate) => gate.set(false));
      const paused = await run({});
      const { steps, stepsWhilePaused, kept, pausedMs, tookMs } = facts();
      expect([steps, stepsWhilePaused, kept]).toEqual([settings.epochs * STEPS, 0, 1]);
      const beforeMs = learner.args.after ? 2000 : 0;
      expect((paused.curve.at(-1)?.elapsedMs ?? 0) - beforeMs).toBeLessThan(tookMs - pausedMs + 1);
      expect(paused.curve.at(-1)?.elapsedMs).toBeGreaterThan(beforeMs);
      expectSameEnd(paused, await trainHead(learner.args, contextOf()), 1e-6);
      const resumeFrom = snapshots.find(({ running }) => running?.steps === 2) ?? null;
      expectSameEnd(await trainHead({ ...learner.args, resumeFrom }, contextOf()), paused, 1e-6);
    },
  );

  it('can be cancelled while it rests', async () => {
    const paused = await pausedRun(ofHead(createHeadTrainer), (gate) => {
      paused.cancel.abort();
      gate.open();
    });
    await expect(paused.run({})).rejects.toMatchObject({ code: 'cancelled' });
    expect(paused.facts().steps).toBe(STEPS + 2);
  });

  it('can be finished while it rests: a first phase ends its epoch, a second one stops at once', async () => {
    const head = await pausedRun(ofHead(createHeadTrainer), (gate) => {
      head.finish.abort();
      gate.open();
    });
    const ofFirst = await head.run({});
    expect([ofFirst.stopReason, ofFirst.curve.length]).toEqual(['finishedByPerson', 2]);
    expect(head.facts().steps).toBe(2 * STEPS);
    const tail = await pausedRun(ofTail(), (gate) => {
      tail.finish.abort();
      gate.open();
    });
    const ofSecond = await tail.run({});
    expect([ofSecond.stopReason, ofSecond.curve.length]).toEqual(['finishedByPerson', 4]);
    expect(tail.facts().steps).toBeLessThan(2 * STEPS);
  });

  it('between two epochs can be ended there', async () => {
    for (const kind of ['finish', 'cancel'] as const) {
      const pauseGate = createPauseGate(false);
      const end = new AbortController();
      const snapshots: TrainSnapshot[] = [];
      const running = trainHead(
        { ...ofHead(createHeadTrainer), snapshotEveryMs: 60_000 },
        contextOf({
          pauseGate,
          [kind === 'finish' ? 'finishSignal' : 'signal']: end.signal,
          onProgress(progress) {
            if (progress.kind === 'snapshot') snapshots.push(progress.snapshot);
            if (progress.kind !== 'epoch' || progress.metrics.epoch !== 2) return;
            pauseGate.set(true);
            setTimeout(() => {
              end.abort();
              pauseGate.open();
            }, 100);
          },
        }),
      );
      if (kind === 'cancel') await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      else {
        const { curve, stopReason } = await running;
        expect([stopReason, curve.length]).toEqual(['finishedByPerson', 2]);
      }
      expect(snapshots.map(({ epoch, running: inEpoch }) => [epoch, inEpoch])).toEqual([[2, undefined]]);
    }
  });
});

describe('a second phase', () => {
  beforeAll(async () => {
    await activateBackend('wasm');
  });

  it('that does better counts on, and takes its best weights', async () => {
    const { curve, bestEpoch, head, stopReason } = await trainHead(ofTail(), contextOf());
    expect(curve.slice(0, 2)).toEqual(first);
    expect(curve.slice(2).map(({ epoch, phase }) => [epoch, phase])).toEqual([
      [3, 'fineTune'],
      [4, 'fineTune'],
      [5, 'fineTune'],
    ]);
    expect(curve[2]?.elapsedMs).toBeGreaterThan(2000);
    expect(stopReason).toBe('allEpochs');
    expect(bestEpoch).toBeGreaterThan(2);
    expect(head.weights).not.toEqual(createTail(DROPOUT_TAIL).weights);
  });

  it('that does worse keeps what the first one had, and loses patience by itself', async () => {
    const args = ofTail();
    const wild: TrainSettings = {
      ...settings,
      ...{ schedule: 'constant', learningRate: 30, epochs: 9, earlyStoppingPatience: 2 },
    };
    const { snapshots, onProgress } = collect();
    const after = { curve: first, bestEpoch: 1 };
    const result = await trainHead(
      { ...args, settings: wild, after, snapshotEveryMs: 0 },
      contextOf({ onProgress }),
    );
    expect([result.bestEpoch, result.stopReason, result.curve.length]).toEqual([1, 'earlyStopping', 4]);
    expect(result.head.weights).toEqual(createTail(DROPOUT_TAIL).weights);
    const alone = await trainHead({ ...args, settings: { ...settings, epochs: 0 } }, contextOf());
    expect(result.testProbabilities).toEqual(alone.testProbabilities);
    const atEnds = snapshots.filter(({ running }) => !running);
    expect(atEnds.map(({ epoch, phase }) => [epoch, phase])).toEqual([
      [2, 'fineTune'],
      [3, 'fineTune'],
      [4, 'fineTune'],
    ]);
    // What was interrupted after its last epoch is over.
    for (const resumeFrom of snapshots) {
      expectSameEnd(
        await trainHead({ ...args, settings: wild, after, resumeFrom }, contextOf()),
        result,
        1e-6,
      );
    }
  });

  it('can be stopped in the middle of an epoch, and gives what it has until then', async () => {
    const finish = new AbortController();
    let steps = 0;
    const args = slowed(ofTail(), (count) => {
      steps = count;
      if (count === 2) finish.abort();
    });
    const result = await trainHead(args, contextOf({ finishSignal: finish.signal }));
    expect([result.stopReason, steps, result.curve.length]).toEqual(['finishedByPerson', 2, 3]);
    const last = result.curve.at(-1);
    expect(last).toMatchObject({ epoch: 3, phase: 'fineTune' });
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((right) => right / 10)).toContain(last?.accuracy);
    expect(Number.isFinite(last?.loss) && Number.isFinite(last?.validationLoss)).toBe(true);
  });
});
