import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { chooseLayers, chooseNetwork } from './fromScratch.ts';
import { nextRunStore } from './nextRun.ts';
import { smallerRunOf } from './smaller.ts';

const settingsNow = () => nextRunStore.getState().settings;
beforeEach(() => nextRunStore.setState({ settings: DEFAULT_TRAIN_SETTINGS }));

describe('the choice of the network', () => {
  it('sets what tutorials set, and leaves the rest alone', () => {
    nextRunStore.setState({ settings: { ...DEFAULT_TRAIN_SETTINGS, seed: 9, fineTune: DEFAULT_FINE_TUNE } });
    chooseNetwork({ id: 'plain-cnn', inputSizePx: 32 });
    expect(settingsNow()).toMatchObject({
      ...{ fromScratch: { backboneId: 'plain-cnn', inputSizePx: 32 }, head: 'linear', l2: 0, batchSize: 64 },
      ...{ earlyStoppingPatience: null, seed: 9, fineTune: DEFAULT_FINE_TUNE },
    });
    chooseNetwork(null);
    expect(settingsNow()).toEqual({ ...DEFAULT_TRAIN_SETTINGS, seed: 9, fineTune: DEFAULT_FINE_TUNE });
  });

  it('has its layers chosen, which are no choice where it has them anyway', () => {
    const usual = { filters: [32, 64], denseUnits: 128 };
    chooseLayers({ filters: [8], denseUnits: 16 }, usual);
    expect(settingsNow().fromScratch).toBeNull();
    chooseNetwork({ id: 'plain-cnn', inputSizePx: 32 });
    chooseLayers({ filters: [8], denseUnits: 16 }, usual);
    const network = { backboneId: 'plain-cnn', inputSizePx: 32 };
    expect(settingsNow().fromScratch).toEqual({ ...network, layers: { filters: [8], denseUnits: 16 } });
    chooseLayers({ ...usual, filters: [...usual.filters] }, usual);
    expect(settingsNow().fromScratch).toEqual(network);
  });

  it('is tried with smaller batches where memory runs out', () => {
    chooseNetwork({ id: 'plain-cnn', inputSizePx: 32 });
    for (const isFromFineTuned of [false, true]) {
      expect(smallerRunOf(settingsNow(), isFromFineTuned)).toEqual({
        ...{ way: 'batchSize', change: { batchSize: 32 }, count: 32 },
      });
    }
    expect(smallerRunOf({ ...settingsNow(), batchSize: 8 }, false)).toBeNull();
  });
});
