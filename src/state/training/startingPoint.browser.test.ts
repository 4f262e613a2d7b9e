import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_FINE_TUNE } from '../../domain/trainSettings.ts';
import { buildHeadNodes } from '../../network/head.ts';
import { deleteModel, saveModel } from '../../storage/storedModels.ts';
import { sampleStoredModel } from '../../testing/storage/records.ts';
import { deleteKeptModel, renameKeptModel } from '../models/models.ts';
import { navigationStore, startNavigation } from '../shell/navigation.ts';
import { continueFromModel } from './continueFromModel.ts';
import { nextRunStore, resetTrainSettings } from './nextRun.ts';
import {
  chooseStartingPoint,
  clearStartingPoint,
  compareClasses,
  headShapeOf,
  settingsFrom,
  startingPointStore,
} from './startingPoint.ts';

// Other test files use the same database at the same time: each keeps to its own ids.
const ID = 'starting-point-test';

afterEach(async () => {
  clearStartingPoint();
  resetTrainSettings();
  await deleteModel(ID);
});

describe('headShapeOf', () => {
  it.each([
    { head: 'mlp', hiddenUnits: 48 },
    { head: 'linear', hiddenUnits: 77 },
  ] as const)('reads the layers of a head: %o', (shape) => {
    const nodes = buildHeadNodes({ ...shape, dropout: 0.3 }, 16, 5);
    expect(headShapeOf({ nodes }, 77)).toEqual(shape);
  });
});

describe('settingsFrom', () => {
  const shape = { head: 'mlp', hiddenUnits: 48 } as const;
  const cut = { nodeName: 'x', shape: [4, 4, 2] };
  it('lets stages that have learned before learn on, by the settings that there are', () => {
    const fineTune = { ...DEFAULT_FINE_TUNE, epochs: 7 };
    const fromScratch = null;
    const head = { shape, cut: null, fromScratch };
    const stages = { shape, cut, fromScratch };
    const taken = { ...shape, fromScratch };
    expect(settingsFrom(head, { fineTune: null })).toEqual({ ...taken, fineTune: null });
    expect(settingsFrom(head, { fineTune })).toEqual({ ...taken, fineTune });
    expect(settingsFrom(stages, { fineTune: null })).toEqual({ ...taken, fineTune: DEFAULT_FINE_TUNE });
    expect(settingsFrom(stages, { fineTune })).toEqual({ ...taken, fineTune });
  });

  it('keeps the network of one that was trained from scratch', () => {
    const fromScratch = { backboneId: 'plain-cnn', inputSizePx: 32 };
    const change = settingsFrom({ shape, cut, fromScratch }, { fineTune: null });
    expect(change).toEqual({ ...shape, fromScratch, fineTune: null });
  });
});

describe('compareClasses', () => {
  it('tells what is carried over, learned anew and forgotten', () => {
    expect(compareClasses(['cat', 'dog', 'cow'], ['ant', 'cow', 'cat'])).toEqual({
      kept: ['cow', 'cat'],
      fresh: ['ant'],
      dropped: ['dog'],
    });
  });
});

describe('the starting point', () => {
  const keep = async () => {
    const { record, head } = sampleStoredModel(ID, 1);
    await saveModel(record, head);
  };

  it('is a kept model, whose own layers decide the shape of the head', async () => {
    await keep();
    const end = startNavigation();
    await continueFromModel(ID);
    expect(startingPointStore.getState().model).toMatchObject({
      ...{ id: ID, name: 'model 1', classNames: ['a'] },
      shape: { head: 'linear' },
    });
    // The record says `mlp`, as the default settings do; the network has no hidden layer.
    expect(nextRunStore.getState().settings.head).toBe('linear');
    await expect.poll(() => navigationStore.getState().view).toBe('train');
    end();
  });

  it('is not chosen when it is gone', async () => {
    await expect(chooseStartingPoint('no such model')).rejects.toMatchObject({ code: 'notFound' });
    expect(startingPointStore.getState().model).toBeNull();
  });

  it('is renamed and deleted with its model', async () => {
    await keep();
    await chooseStartingPoint(ID);
    await renameKeptModel(ID, '猫');
    expect(startingPointStore.getState().model?.name).toBe('猫');
    await deleteKeptModel(ID);
    expect(startingPointStore.getState().model).toBeNull();
  });
});
