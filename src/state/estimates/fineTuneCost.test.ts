import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION } from '../../domain/augmentation.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import type { FineTuneEstimate } from '../../rpc/trainingCalls.ts';
import type { StartingModel } from '../training/startingPoint.ts';
import { fineTuneCostKey, fineTuneCostOf } from './fineTuneCost.ts';

const found: FineTuneEstimate = {
  ...{ trainableParameters: 15e6, memoryBytes: 8e8, normPictures: 8 },
  ...{ msPerPicture: 30, msPerStep: 5, frozenMsPerPicture: 100 },
  ...{ cacheBytesPerPicture: 1000, cachedPictures: 1000, augmentsFromMemory: false },
};
const counts = { train: 100, validation: 20, test: 30 };
const plain: TrainSettings = { ...DEFAULT_TRAIN_SETTINGS, fineTune: { ...DEFAULT_FINE_TUNE, batchSize: 8 } };
const augmented: TrainSettings = { ...plain, augmentation: DEFAULT_AUGMENTATION };

describe('the cost of a run from scratch', () => {
  const fresh: TrainSettings = {
    ...DEFAULT_TRAIN_SETTINGS,
    ...{ fromScratch: { backboneId: 'plain-cnn', inputSizePx: 32 }, batchSize: 10 },
  };
  const inMemory = { ...found, frozenMsPerPicture: 50, augmentsFromMemory: true };

  it('decodes small pictures once, also where they are augmented', () => {
    const cost = fineTuneCostOf(inMemory, counts, { ...fresh, augmentation: DEFAULT_AUGMENTATION });
    expect(cost).toEqual(fineTuneCostOf(inMemory, counts, fresh));
    expect(cost.firstSeconds).toBeCloseTo((150 * 50) / 1000);
    // 100 pictures and 10 steps forward and back, 20 pictures forward.
    expect(cost.secondsPerEpoch).toBeCloseTo((100 * 30 + 10 * 5 + (20 * 30) / 3) / 1000);
  });

  it('hangs on the network and its size', () => {
    const key = fineTuneCostKey(fresh, null);
    const larger: TrainSettings = { ...fresh, fromScratch: { backboneId: 'plain-cnn', inputSizePx: 64 } };
    const another: TrainSettings = { ...fresh, fromScratch: { backboneId: 'resnet18', inputSizePx: 32 } };
    for (const settings of [larger, another, { ...fresh, batchSize: 20 }, plain])
      expect(fineTuneCostKey(settings, null)).not.toBe(key);
    expect(fineTuneCostKey({ ...fresh, epochs: 99 }, null)).toBe(key);
  });
});

describe('the cost of fine-tuning', () => {
  it('has what is frozen run once where pictures are as they are', () => {
    expect(fineTuneCostOf(found, counts, plain)).toEqual({
      ...{
        normPictures: 8,
        trainableParameters: 15e6,
        memoryBytes: 8e8,
        fitsCache: true,
        isAugmented: false,
      },
      ...{ firstSeconds: 15, cacheBytes: 150_000 },
      // 100 pictures, 13 steps, and a third of 20 pictures.
      secondsPerEpoch: (3000 + 65 + 200) / 1000,
    });
  });

  it('has augmented pictures go through it in every epoch, beside the step', () => {
    expect(fineTuneCostOf(found, counts, augmented)).toMatchObject({
      ...{ firstSeconds: 5, cacheBytes: 50_000, isAugmented: true },
      secondsPerEpoch: (10_000 + 65 + 200) / 1000,
    });
    const slowPart = fineTuneCostOf({ ...found, msPerPicture: 300 }, counts, augmented);
    expect(slowPart.secondsPerEpoch).toBe((30_000 + 65 + 2000) / 1000);
  });

  it('has what finds no room computed again in every epoch: training pictures first, those of test never', () => {
    const withRoom = (cachedPictures: number) => fineTuneCostOf({ ...found, cachedPictures }, counts, plain);
    expect(withRoom(149)).toMatchObject({
      fitsCache: false,
      secondsPerEpoch: (2970 + 100 + 65 + 200) / 1000,
    });
    expect(withRoom(20).secondsPerEpoch).toBe((10_000 + 65 + 200) / 1000);
    expect(withRoom(5).secondsPerEpoch).toBe((10_000 + 65 + 200 + 1500) / 1000);
    expect(fineTuneCostOf({ ...found, cachedPictures: 20 }, counts, augmented)).toMatchObject({
      ...{ fitsCache: false, secondsPerEpoch: (10_000 + 65 + 200) / 1000 },
    });
  });
});

describe('what the cost hangs on', () => {
  const tuned = (change: Partial<typeof DEFAULT_FINE_TUNE>) => ({
    ...plain,
    fineTune: { ...DEFAULT_FINE_TUNE, ...change },
  });
  it.each<[string, TrainSettings]>([
    ['stages', tuned({ stages: 2 })],
    ['batch size', tuned({ batchSize: 4 })],
    ['augmentation', augmented],
    ['optimiser', { ...plain, optimizer: 'sgd' }],
    ['head', { ...plain, head: 'linear' }],
    ['hidden units', { ...plain, hiddenUnits: 64 }],
  ])('%s', (_, settings) => {
    expect(fineTuneCostKey(settings, null)).not.toBe(fineTuneCostKey(plain, null));
  });

  it.each<[string, TrainSettings]>([
    ['rounds', tuned({ epochs: 50 })],
    ['rate', tuned({ learningRate: 1e-4 })],
    ['seed', { ...plain, seed: 9 }],
  ])('and not on %s', (_, settings) => {
    expect(fineTuneCostKey(settings, null)).toBe(fineTuneCostKey(plain, null));
  });

  it('a model to go on from decides the head, and its fine-tuned stages where it begins', () => {
    const head: StartingModel = {
      ...{ id: 'a', name: 'a', classNames: ['x'], cut: null, fingerprint: 'f', fromScratch: null },
      shape: { head: 'mlp', hiddenUnits: 32 },
      seen: { train: '', validation: '' },
    };
    const key = fineTuneCostKey(plain, head);
    expect(fineTuneCostKey({ ...plain, hiddenUnits: 99, head: 'linear' }, head)).toBe(key);
    expect(fineTuneCostKey(plain, { ...head, cut: { nodeName: 'x', shape: [4, 4, 2] } })).not.toBe(key);
  });
});
