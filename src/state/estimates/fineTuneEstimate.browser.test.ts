import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { emptyDataset } from '../../dataset/operations.ts';
import { DEFAULT_AUGMENTATION } from '../../domain/augmentation.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import type { EstimateArgs, FineTuneEstimate } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { type ArrivingPicture, beginIntake } from '../dataset/arriving.ts';
import { datasetStore, startDataset } from '../dataset/dataset.ts';
import { engineStore } from '../engine/engine.ts';
import { noticesStore } from '../shell/notices.ts';
import { changeTrainSettings, nextRunStore, resetTrainSettings } from '../training/nextRun.ts';
import { beginRun, runStore } from '../training/run.ts';
import { estimateFineTune, estimateIfReady, fineTuneEstimateStore } from './fineTuneEstimate.ts';

type Options = { readonly signal: AbortSignal; readonly retry?: boolean };
type Answer = (options: Options) => Promise<FineTuneEstimate>;

/** The engine needs the weights: what it answers is tested beside it, what is asked of it here. */
const engine = vi.hoisted(() => ({ asked: [] as (EstimateArgs & Options)[], answer: null as Answer | null }));
vi.mock('../engine/engine.ts', () => ({
  engineStore: createStore(() => ({ status: 'ready', hasBackbone: true, report: {} })),
  ensureEngine: async () => undefined,
  weightsInUse: () => null,
  turnToWeights: () => undefined,
  async engineCall(_method: string, makeArgs: () => EstimateArgs, options: Options) {
    engine.asked.push({ ...makeArgs(), ...options });
    return engine.answer?.(options);
  },
}));

const found: FineTuneEstimate = {
  ...{ trainableParameters: 5, msPerPicture: 1, msPerStep: 1, frozenMsPerPicture: 1 },
  ...{
    memoryBytes: 1,
    normPictures: null,
    cacheBytesPerPicture: 1,
    cachedPictures: 99,
    augmentsFromMemory: false,
  },
};
/** Never comes, but listens. */
const waiting: Answer = ({ signal }) =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new AppError('cancelled'))),
  );
const shown = () => fineTuneEstimateStore.getState();
const picture = (hash: string, className: string): ArrivingPicture => ({
  ...{ hash, className, split: null, name: `${hash}.png`, path: `top/${className}/${hash}.png` },
  ...{ blob: new Blob([hash]), thumbnail: new Blob(['small']), widthPx: 1, heightPx: 1 },
});

await startDataset();

describe('the estimate of fine-tuning', () => {
  let set = 0;
  beforeEach(() => {
    set += 1;
    engine.asked = [];
    engine.answer = async () => found;
    runStore.setState({ run: null });
    nextRunStore.setState({ settings: { ...DEFAULT_TRAIN_SETTINGS, fineTune: DEFAULT_FINE_TUNE } });
    datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
    engineStore.setState({ status: 'ready', hasBackbone: true, report: {} } as never);
    const step = beginIntake();
    step.add(
      Array.from({ length: 20 }, (_, i) => picture(`tune-${set}-${i}`, i % 2 ? 'cats' : 'dogs')),
      [],
      null,
    );
    step.end();
  });

  it('is made once for the same settings, pictures and engine', async () => {
    estimateIfReady();
    await expect.poll(() => shown().status).toBe('ready');
    expect(shown().estimate).toMatchObject({ trainableParameters: 5 });
    expect(engine.asked[0]).toMatchObject({ classCount: 2, pictureCount: 20, startCut: null, retry: false });
    changeTrainSettings({ fineTune: { ...DEFAULT_FINE_TUNE, epochs: 9 } });
    estimateIfReady();
    expect(engine.asked).toHaveLength(1);
    changeTrainSettings({ augmentation: DEFAULT_AUGMENTATION });
    estimateIfReady();
    await expect.poll(() => engine.asked.length).toBe(2);
    await expect.poll(() => shown().status).toBe('ready');
    engineStore.setState({ report: { another: true } } as never);
    estimateIfReady();
    await expect.poll(() => engine.asked.length).toBe(3);
  });

  it('does not start an engine by itself', async () => {
    engineStore.setState({ status: 'idle', report: null } as never);
    estimateIfReady();
    await Promise.resolve();
    expect(engine.asked).toEqual([]);
    await estimateFineTune();
    expect(engine.asked).toHaveLength(1);
  });

  it('is dropped when a run starts, and is not left as if it were measuring', async () => {
    engine.answer = waiting;
    const measuring = estimateFineTune();
    await expect.poll(() => engine.asked.length).toBe(1);
    expect(shown().status).toBe('measuring');
    beginRun({ startedAt: '2026-01-01T00:00:00.000Z', plannedEpochs: 1 });
    expect(shown().status).toBe('idle');
    expect(engine.asked[0]?.signal.aborted).toBe(true);
    await measuring;
    await estimateFineTune();
    expect(shown().status).toBe('idle');
    expect(engine.asked).toHaveLength(1);
  });

  it('is dropped with fine-tuning itself', async () => {
    engine.answer = waiting;
    const measuring = estimateFineTune();
    await expect.poll(() => engine.asked.length).toBe(1);
    changeTrainSettings({ fineTune: null });
    await measuring;
    await estimateFineTune();
    expect(shown()).toEqual({ estimate: null, status: 'idle' });
  });

  it('that cannot be made is not tried again by itself, and is no notice', async () => {
    engine.answer = () => Promise.reject(new AppError('outOfMemory'));
    await estimateFineTune();
    expect(shown()).toEqual({ estimate: null, status: 'failed' });
    expect(noticesStore.getState().notices).toEqual([]);
    // The engine that it ended comes up again.
    engineStore.setState({ report: { again: true } } as never);
    estimateIfReady();
    await Promise.resolve();
    expect(engine.asked).toHaveLength(1);
  });

  it('leaves fine-tuning and augmentation alone when the other settings go back to their defaults', () => {
    changeTrainSettings({ augmentation: DEFAULT_AUGMENTATION, epochs: 3 });
    resetTrainSettings();
    expect(nextRunStore.getState().settings).toEqual({
      ...{ ...DEFAULT_TRAIN_SETTINGS, augmentation: DEFAULT_AUGMENTATION, fineTune: DEFAULT_FINE_TUNE },
    });
  });
});
