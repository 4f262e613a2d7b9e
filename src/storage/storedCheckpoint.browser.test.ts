import { afterAll, expect, it } from 'vitest';
import type { CheckpointRecord } from '../domain/checkpoint.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../domain/trainSettings.ts';
import { sampleStoredModel } from '../testing/storage/records.ts';
import { inTransaction } from './database.ts';
import { deleteCheckpoint, loadCheckpoint, saveCheckpoint } from './storedCheckpoint.ts';

const { head } = sampleStoredModel('unused', 1);

function checkpoint(startedAt: string, epoch: number): CheckpointRecord {
  return {
    startedAt,
    savedAt: '2026-01-01T01:00:00.000Z',
    data: { name: 'pets', counts: [], seed: 1, splitSource: 'fractions' },
    classNames: ['cat', 'dog'],
    examples: [{ hash: 'h', classIndex: 1, split: 'train' }],
    settings: DEFAULT_TRAIN_SETTINGS,
    arithmetic: 'int8',
    plannedEpochs: 40,
    snapshot: {
      epoch,
      curve: [],
      head,
      bestHead: head,
      bestEpoch: epoch,
      optimizerState: { m: Float32Array.of(0.5, -1e-30) },
      optimizerSteps: 3,
      randomState: 4_000_000_000,
    },
  };
}

const clear = () => inTransaction(['checkpoint'], 'readwrite', ({ store }) => store.clear());
afterAll(clear);

it('is null before there is one, and the last saved afterwards, to the bit', async () => {
  await clear();
  expect(await loadCheckpoint()).toBeNull();
  await saveCheckpoint(checkpoint('a', 1));
  await saveCheckpoint(checkpoint('a', 2));
  expect(await loadCheckpoint()).toEqual(checkpoint('a', 2));
});

it('is deleted by the run that it belongs to alone', async () => {
  await saveCheckpoint(checkpoint('b', 1));
  await deleteCheckpoint('a');
  expect(await loadCheckpoint()).toEqual(checkpoint('b', 1));
  await deleteCheckpoint('b');
  expect(await loadCheckpoint()).toBeNull();
  await deleteCheckpoint('b');
});

it('of an earlier version comes with the names of today', async () => {
  const kept = checkpoint('a', 1);
  const { warmupFraction, ...settings } = kept.settings;
  const older = { ...kept, settings: { ...settings, warmupShare: warmupFraction } };
  await saveCheckpoint({ ...older, data: { ...kept.data, splitSource: 'shares' } } as unknown as typeof kept);
  expect(await loadCheckpoint()).toEqual(kept);
});
