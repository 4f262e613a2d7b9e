import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { emptyDataset } from '../../dataset/operations.ts';
import { type RatePoint, risingRates } from '../../evaluation/lrCurve.ts';
import type { LrFinderArgs, LrFinderProgress } from '../../rpc/estimateCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { type ArrivingPicture, beginIntake } from '../dataset/arriving.ts';
import { datasetStore, deletePictures, startDataset } from '../dataset/dataset.ts';
import { changeTrainSettings, resetTrainSettings } from '../training/nextRun.ts';
import { beginRun, runStore } from '../training/run.ts';
import { cancelLrFinder, findLearningRate, isFinding, lrFinderStore } from './lrFinder.ts';

type Answer = (
  args: LrFinderArgs,
  options: { signal: AbortSignal; onProgress: (progress: LrFinderProgress) => void },
) => Promise<readonly RatePoint[]>;

/** The engine needs the weights: what it answers is tested beside it, what is asked of it here. */
const engine = vi.hoisted(() => ({
  asked: [] as LrFinderArgs[],
  looked: 0,
  answer: null as Answer | null,
}));
vi.mock('../engine/engine.ts', () => ({
  engineStore: createStore(() => ({ status: 'ready', hasBackbone: true, report: { arithmetic: 'int8' } })),
  ensureEngine: async () => undefined,
  weightsInUse: () => null,
  turnToWeights: () => undefined,
  async engineCall(
    method: string,
    makeArgs: () => LrFinderArgs & { pictures: unknown[] },
    options: Parameters<Answer>[1],
  ) {
    const args = makeArgs();
    if (method === 'extractFeatures') {
      engine.looked = args.pictures.length;
      return { failed: [] };
    }
    engine.asked.push(args);
    return engine.answer?.(args, options);
  },
}));

const picture = (hash: string, className: string): ArrivingPicture => ({
  ...{ hash, className, split: null, name: `${hash}.png`, path: `top/${className}/${hash}.png` },
  ...{ blob: new Blob([hash]), thumbnail: new Blob(['small']), widthPx: 1, heightPx: 1 },
});
/** Falls to its lowest at 0.01. */
const points = risingRates(100).map((learningRate) => ({
  learningRate,
  loss: learningRate < 1e-4 ? 2 : learningRate < 1e-2 ? 1 : 9,
}));
/** Never comes, but tells a point and listens. */
const waiting: Answer = (_, { signal, onProgress }) => {
  onProgress({ points: points.slice(0, 1), total: 100 });
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new AppError('cancelled'))),
  );
};
const shown = () => lrFinderStore.getState();

await startDataset();

describe('the search for a learning rate', () => {
  let set = 0;
  beforeEach(() => {
    set += 1;
    engine.asked = [];
    engine.answer = async () => points;
    runStore.setState({ run: null });
    resetTrainSettings();
    datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
    const step = beginIntake();
    step.add(
      Array.from({ length: 30 }, (_, i) => picture(`rate-${set}-${i}`, i % 2 ? 'cats' : 'dogs')),
      [],
      null,
    );
    step.end();
    cancelLrFinder();
  });

  it('looks at training pictures alone, and proposes a rate for the settings as they are', async () => {
    changeTrainSettings({ optimizer: 'sgd' });
    await findLearningRate();
    expect(engine.asked).toHaveLength(1);
    expect(engine.asked[0]).toMatchObject({
      classCount: 2,
      arithmetic: 'int8',
      settings: { optimizer: 'sgd' },
    });
    const count = engine.asked[0]?.examples.length ?? 0;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(30);
    expect(engine.looked).toBe(count);
    expect(shown()).toMatchObject({ phase: 'done', points });
    expect(shown().proposal).toBeGreaterThan(1e-4);
    expect(shown().proposal).toBeLessThan(2e-3);
    // What it found holds whatever the rate, but not for another way of learning.
    changeTrainSettings({ learningRate: shown().proposal ?? 0, epochs: 3, schedule: 'oneCycle' });
    expect(shown().phase).toBe('done');
    changeTrainSettings({ batchSize: 8 });
    expect(shown()).toMatchObject({ phase: 'idle', points: [], proposal: null });
  });

  it('does not hold for other pictures', async () => {
    await findLearningRate();
    expect(shown().phase).toBe('done');
    const [first] = datasetStore.getState().dataset.pictures;
    deletePictures(first ? [first.id] : []);
    expect(shown().phase).toBe('idle');
  });

  it('gives way to a run, and does not begin beside one', async () => {
    engine.answer = waiting;
    const search = findLearningRate();
    await vi.waitFor(() => expect(shown()).toMatchObject({ phase: 'testing', total: 100 }));
    await findLearningRate();
    expect(engine.asked).toHaveLength(1);
    beginRun({ startedAt: '2026-01-01T00:00:00.000Z', plannedEpochs: 1 });
    expect(isFinding()).toBe(false);
    await search;
    expect(shown()).toMatchObject({ phase: 'idle', points: [], error: null });
    await findLearningRate();
    expect(engine.asked).toHaveLength(1);
  });

  it('says what went wrong, and starts again after a cancel', async () => {
    engine.answer = async () => {
      throw new AppError('outOfMemory');
    };
    await findLearningRate();
    expect(shown()).toMatchObject({ phase: 'failed', error: { code: 'outOfMemory' } });
    engine.answer = waiting;
    const search = findLearningRate();
    await vi.waitFor(() => expect(shown().phase).toBe('testing'));
    cancelLrFinder();
    engine.answer = async () => points;
    await findLearningRate();
    await search;
    expect(shown().phase).toBe('done');
  });
});
