import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../domain/backends.ts';
import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import { createPauseGate } from '../../rpc/pause.ts';
import {
  collect,
  contextOf,
  expectSameEnd,
  ofFineTuned,
  ofHead,
  STEPS,
  settings,
  slowed,
} from '../../testing/training/runs.ts';
import { chooseTrainer } from '../runtimes/choose/chooseTrainer.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';
import { createLayerTrainer } from '../runtimes/tensorflow/training/layerTrainer.ts';
import type { TrainHeadArgs, TrainHeadContext } from './runState.ts';
import { trainHead } from './train.ts';

interface Learner {
  readonly title: string;
  readonly backend: TensorflowBackend;
  readonly args: TrainHeadArgs;
}

const LEARNERS: readonly Learner[] = [
  { title: 'a head with our own kernels', backend: 'wasm', args: ofHead(chooseTrainer) },
  { title: 'a head with TensorFlow.js on wasm', backend: 'wasm', args: ofHead(createLayerTrainer) },
  { title: 'fine-tuned stages on wasm', backend: 'wasm', args: ofFineTuned() },
  ...(['webgl', 'webgpu'] as const).flatMap((backend) => [
    { title: `a head on ${backend}`, backend, args: ofHead(chooseTrainer) },
    { title: `fine-tuned stages on ${backend}`, backend, args: ofFineTuned() },
  ]),
];

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
    const paused = await pausedRun(ofHead(chooseTrainer), (gate) => {
      paused.cancel.abort();
      gate.open();
    });
    await expect(paused.run({})).rejects.toMatchObject({ code: 'cancelled' });
    expect(paused.facts().steps).toBe(STEPS + 2);
  });

  it('can be finished while it rests: a first phase ends its epoch, a second one stops at once', async () => {
    const head = await pausedRun(ofHead(chooseTrainer), (gate) => {
      head.finish.abort();
      gate.open();
    });
    const ofFirst = await head.run({});
    expect([ofFirst.stopReason, ofFirst.curve.length]).toEqual(['finishedByPerson', 2]);
    expect(head.facts().steps).toBe(2 * STEPS);
    const part = await pausedRun(ofFineTuned(), (gate) => {
      part.finish.abort();
      gate.open();
    });
    const ofSecond = await part.run({});
    expect([ofSecond.stopReason, ofSecond.curve.length]).toEqual(['finishedByPerson', 4]);
    expect(part.facts().steps).toBeLessThan(2 * STEPS);
  });

  it('between two epochs can be ended there', async () => {
    for (const kind of ['finish', 'cancel'] as const) {
      const pauseGate = createPauseGate(false);
      const end = new AbortController();
      const snapshots: TrainSnapshot[] = [];
      const running = trainHead(
        { ...ofHead(chooseTrainer), snapshotEveryMs: 60_000 },
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
