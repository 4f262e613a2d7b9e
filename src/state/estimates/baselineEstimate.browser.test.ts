import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { emptyDataset } from '../../dataset/operations.ts';
import type { Baseline } from '../../evaluation/learningCurve.ts';
import type { BaselineArgs, BaselineOutcome } from '../../rpc/estimateCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { type ArrivingPicture, beginIntake } from '../dataset/arriving.ts';
import { changeSplit, datasetStore, deletePictures, startDataset, undo } from '../dataset/dataset.ts';
import { engineStore } from '../engine/engine.ts';
import { changeTrainSettings, resetTrainSettings } from '../training/nextRun.ts';
import { beginRun, runStore } from '../training/run.ts';
import { baselineStore, cancelBaseline, considerBaseline, lookNow } from './baselineEstimate.ts';

/** The engine needs the weights: what it answers is tested beside it, what is asked of it here. */
const engine = vi.hoisted(() => ({
  asked: [] as BaselineArgs[],
  extracted: 0,
  answer: null as ((args: BaselineArgs, signal: AbortSignal) => Promise<BaselineOutcome>) | null,
}));
vi.mock('../engine/engine.ts', () => {
  const store = createStore(() => ({
    status: 'idle',
    hasBackbone: false,
    report: null as { arithmetic: string } | null,
  }));
  return {
    engineStore: store,
    weightsInUse: () => null,
    turnToWeights: () => undefined,
    async ensureEngine() {
      store.setState({ status: 'ready', hasBackbone: true, report: { arithmetic: 'int8' } });
    },
    async engineCall(method: string, makeArgs: () => BaselineArgs, { signal }: { signal: AbortSignal }) {
      const args = makeArgs();
      if (method === 'extractFeatures') {
        engine.extracted += 1;
        return { failed: [] };
      }
      engine.asked.push(args);
      return engine.answer?.(args, signal);
    },
  };
});

const picture = (hash: string, className: string): ArrivingPicture => ({
  ...{ hash, className, split: null, name: `${hash}.png`, path: `top/${className}/${hash}.png` },
  ...{ blob: new Blob([hash]), thumbnail: new Blob(['small']), widthPx: 1, heightPx: 1 },
});
const answerOf = (accuracy: number): Baseline => ({
  ...{ accuracy, accuracyInterval: [0, 1], checkedCount: 5, checkedWith: 'validation', trainCount: 9 },
  ...{ trainTotal: 9, points: [], growth: null, elapsedMs: 1 },
});
const answering = (accuracy: number) => async () => ({ missing: 0, answer: answerOf(accuracy) });
/** Never comes, but listens. */
const waiting = (_: unknown, signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new AppError('cancelled'))),
  );
const shown = () => baselineStore.getState();
const ready = (arithmetic: 'int8' | 'float32' = 'int8') =>
  engineStore.setState({ status: 'ready', hasBackbone: true, report: { arithmetic } } as never);

await startDataset();

describe('the first answer', () => {
  let set = 0;
  beforeEach(async () => {
    set += 1;
    engine.asked = [];
    engine.extracted = 0;
    engine.answer = answering(0.8);
    engineStore.setState({ status: 'idle', report: null } as never);
    runStore.setState({ run: null });
    resetTrainSettings();
    datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
    await considerBaseline();
    const step = beginIntake();
    const pictures = Array.from({ length: 30 }, (_, i) => picture(`${set}-${i}`, i % 2 ? 'cats' : 'dogs'));
    step.add(pictures, [], null);
    step.end();
  });

  it('comes by itself only where the engine is ready and nothing is missing, and never sees test pictures', async () => {
    await considerBaseline();
    expect(engine.asked).toHaveLength(0);
    ready();
    engine.answer = async () => ({ missing: 3, answer: null });
    await considerBaseline();
    expect(shown()).toMatchObject({ phase: 'idle', error: null });
    engine.answer = answering(0.8);
    await considerBaseline();
    expect(shown()).toMatchObject({ phase: 'ready', answer: { accuracy: 0.8 } });
    expect(engine.asked[1]).toMatchObject({ classCount: 2, arithmetic: 'int8', classWeights: 'balanced' });
    const splits = new Set(engine.asked[1]?.examples.map(({ split }) => split));
    expect([...splits].sort()).toEqual(['train', 'validation']);
  });

  it('is remembered for a data set that comes back, and asked for anew for another', async () => {
    ready();
    await considerBaseline();
    await considerBaseline();
    expect(engine.asked).toHaveLength(1);
    engine.answer = answering(0.6);
    deletePictures([datasetStore.getState().dataset.pictures[0]?.id ?? '']);
    await considerBaseline();
    expect(shown().answer?.accuracy).toBe(0.6);
    undo();
    await considerBaseline();
    expect(shown().answer?.accuracy).toBe(0.8);
    expect(engine.asked).toHaveLength(2);
    changeSplit({ seed: 99 });
    await considerBaseline();
    changeTrainSettings({ classWeights: 'none' });
    await considerBaseline();
    expect(engine.asked).toHaveLength(4);
  });

  it('of one arithmetic does not stand for another', async () => {
    ready();
    await considerBaseline();
    const { dataset } = datasetStore.getState();
    datasetStore.setState({ dataset: emptyDataset('') });
    await considerBaseline();
    expect(shown().phase).toBe('idle');
    datasetStore.setState({ dataset });
    ready('float32');
    await considerBaseline();
    expect(engine.asked.map(({ arithmetic }) => arithmetic)).toEqual(['int8', 'float32']);
  });

  it('by button gets everything ready, and is not disturbed by the engine that becomes so', async () => {
    const looking = lookNow();
    await vi.waitFor(() => expect(engineStore.getState().status).toBe('ready'));
    await considerBaseline();
    await looking;
    expect(engine.extracted).toBe(1);
    expect(engine.asked).toHaveLength(1);
    expect(shown()).toMatchObject({ phase: 'ready', answer: { accuracy: 0.8 } });
  });

  it('tells an error to whoever asked by button, and nobody else', async () => {
    ready();
    engine.answer = () => Promise.reject(new AppError('storageUnavailable'));
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await considerBaseline();
    expect(shown().error).toBeNull();
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    await lookNow();
    expect(shown()).toMatchObject({ phase: 'idle', error: { code: 'storageUnavailable' } });
  });

  it('is given up when the person says so, and when training starts', async () => {
    ready();
    engine.answer = waiting;
    const looking = lookNow();
    await vi.waitFor(() => expect(engine.asked).toHaveLength(1));
    expect(shown().phase).toBe('computing');
    cancelBaseline();
    await looking;
    expect(shown()).toMatchObject({ phase: 'idle', error: null });

    const again = considerBaseline();
    await vi.waitFor(() => expect(engine.asked).toHaveLength(2));
    beginRun({ startedAt: '2026-01-01T00:00:00.000Z', plannedEpochs: 1 });
    await again;
    expect(shown()).toMatchObject({ phase: 'idle', error: null });
    await lookNow();
    expect(engine.asked).toHaveLength(2);
  });

  it('of an older data set does not take the place of a newer one', async () => {
    ready();
    engine.answer = waiting;
    const old = considerBaseline();
    await vi.waitFor(() => expect(engine.asked).toHaveLength(1));
    deletePictures([datasetStore.getState().dataset.pictures[0]?.id ?? '']);
    engine.answer = answering(0.5);
    await Promise.all([considerBaseline(), old]);
    expect(shown()).toMatchObject({ phase: 'ready', answer: { accuracy: 0.5 } });
  });
});
