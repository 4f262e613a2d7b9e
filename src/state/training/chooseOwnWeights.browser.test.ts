/** A download goes on for minutes: what a person chooses in them is not thrown away when it ends. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OwnBackbone } from '../../domain/ownBackbone.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { PREPARED, watchPageWorkers } from '../../testing/rpc/pageWorkers.ts';
import { noticesStore } from '../shell/notices.ts';
import { preferencesStore, setPreferences } from '../shell/preferences.ts';
import { choiceNow, chooseIfUnchanged } from './chooseOwnWeights.ts';
import { chooseNetwork } from './fromScratch.ts';
import { changeTrainSettings, nextRunStore } from './nextRun.ts';

const OWN: OwnBackbone = {
  ...{ fingerprint: 'f'.repeat(64), backboneId: 'resnet18', fileName: 'a.pth', sizeBytes: 1 },
  ...{ addedAt: '2026-11-27T00:00:00Z', inputSizePx: 224, preprocessing: null, knowsImagenet: false },
  fit: { naming: 'torchvision', found: 1, extra: [], extraCount: 0 },
};
const PLAIN = { id: 'plain-cnn', inputSizePx: 32 };

const settingsNow = () => nextRunStore.getState().settings;
const chosenNow = () => preferencesStore.getState().backbone;

beforeAll(() => {
  Object.assign(watchPageWorkers().engine, { prepare: async () => PREPARED });
});

beforeEach(() => {
  nextRunStore.setState({ settings: DEFAULT_TRAIN_SETTINGS });
  noticesStore.setState({ notices: [] });
  setPreferences({ backbone: null });
});

describe('weights that have come', () => {
  it('are chosen, and settings that were made before stay', () => {
    changeTrainSettings({ epochs: 7 });
    chooseIfUnchanged(OWN, choiceNow());
    expect(chosenNow()).toBe(OWN.fingerprint);
    expect(settingsNow()).toEqual({ ...DEFAULT_TRAIN_SETTINGS, epochs: 7 });
    expect(noticesStore.getState().notices).toEqual([]);
  });

  it('take the place of a network from scratch that stood there when they were asked for', () => {
    chooseNetwork(PLAIN);
    chooseIfUnchanged(OWN, choiceNow());
    expect(settingsNow()).toEqual(DEFAULT_TRAIN_SETTINGS);
    expect(chosenNow()).toBe(OWN.fingerprint);
  });

  it('leave settings alone that were made meanwhile', () => {
    const before = choiceNow();
    changeTrainSettings({ epochs: 7, batchSize: 8 });
    chooseIfUnchanged(OWN, before);
    expect(settingsNow()).toEqual({ ...DEFAULT_TRAIN_SETTINGS, epochs: 7, batchSize: 8 });
    expect(chosenNow()).toBe(OWN.fingerprint);
  });

  it.each<[string, () => void, () => void]>([
    ['a network from scratch', () => {}, () => chooseNetwork(PLAIN)],
    ['its settings', () => chooseNetwork(PLAIN), () => changeTrainSettings({ epochs: 7 })],
    ['other weights', () => {}, () => setPreferences({ backbone: 'e'.repeat(64) })],
  ])('are only offered where %s came meanwhile', (_what, first, meanwhile) => {
    first();
    const before = choiceNow();
    meanwhile();
    const wanted = choiceNow();
    chooseIfUnchanged(OWN, before);
    expect(choiceNow()).toEqual(wanted);
    const [notice] = noticesStore.getState().notices;
    if (!notice || notice.error) throw new Error('no notice');
    expect(notice).toMatchObject({ messageKey: 'train:own.addedOnly', values: { name: 'a.pth' } });
    notice.action?.run();
    expect(chosenNow()).toBe(OWN.fingerprint);
    expect(settingsNow().fromScratch).toBeNull();
  });
});
