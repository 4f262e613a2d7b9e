import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckpointRecord } from '../../domain/checkpoint.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { deleteCheckpoint, loadCheckpoint, saveCheckpoint } from '../../storage/storedCheckpoint.ts';
import { sampleStoredModel } from '../../testing/storage/records.ts';
import { noticesStore } from '../shell/notices.ts';
import {
  createCheckpointKeeper,
  discardInterrupted,
  interruptedStore,
  lockCheckpoint,
  lookForInterrupted,
} from './checkpoint.ts';

const { head } = sampleStoredModel('unused', 1);

function checkpoint(startedAt: string, epoch: number): CheckpointRecord {
  return {
    startedAt,
    savedAt: '2026-01-01T01:00:00.000Z',
    data: { name: 'pets', counts: [], seed: 1, splitSource: 'fractions' },
    classNames: ['cat', 'dog'],
    examples: [],
    settings: DEFAULT_TRAIN_SETTINGS,
    arithmetic: 'float32',
    plannedEpochs: 40,
    snapshot: {
      ...{ epoch, curve: [], head, bestHead: head, bestEpoch: epoch },
      ...{ optimizerState: {}, optimizerSteps: 3, randomState: 7 },
    },
  };
}

const offered = () => interruptedStore.getState().interrupted;
const storedEpoch = async () => (await loadCheckpoint())?.snapshot.epoch ?? null;

beforeEach(() => noticesStore.setState({ notices: [] }));
afterEach(async () => {
  for (const run of ['a', 'b']) await deleteCheckpoint(run);
  await lookForInterrupted();
});

describe('an interrupted run', () => {
  it('is offered with what a person wants to know', async () => {
    await lookForInterrupted();
    expect(offered()).toBeNull();
    await saveCheckpoint(checkpoint('a', 12));
    await lookForInterrupted();
    expect(offered()).toMatchObject({ name: 'pets', epoch: 12, plannedEpochs: 40, startedAt: 'a' });
  });

  it('is not offered while it is alive, and is once its tab has ended', async () => {
    await saveCheckpoint(checkpoint('a', 12));
    await lookForInterrupted();
    const { isOurs, release } = await lockCheckpoint();
    expect(isOurs).toBe(true);
    const looking = lookForInterrupted();
    await vi.waitFor(() => expect(offered()).toBeNull());
    release();
    await looking;
    expect(offered()?.epoch).toBe(12);
  });

  it('is thrown away, and brought back', async () => {
    await saveCheckpoint(checkpoint('a', 12));
    await lookForInterrupted();
    await discardInterrupted();
    await vi.waitFor(() => expect(offered()).toBeNull());
    expect(await loadCheckpoint()).toBeNull();
    const [notice] = noticesStore.getState().notices;
    if (notice?.error === null) notice.action?.run();
    await vi.waitFor(() => expect(offered()?.epoch).toBe(12));
    expect(await loadCheckpoint()).toEqual(checkpoint('a', 12));
  });

  it('is not thrown away when another one has taken its place', async () => {
    await saveCheckpoint(checkpoint('a', 12));
    await lookForInterrupted();
    await saveCheckpoint(checkpoint('b', 3));
    await discardInterrupted();
    await vi.waitFor(() => expect(offered()?.startedAt).toBe('b'));
    expect(await storedEpoch()).toBe(3);
  });
});

describe('createCheckpointKeeper', () => {
  it('keeps the newest, forgets its own, and lets go', async () => {
    const keeper = createCheckpointKeeper(await lockCheckpoint());
    keeper.keep(checkpoint('a', 1));
    keeper.keep(checkpoint('a', 2));
    keeper.keep(checkpoint('a', 3));
    await vi.waitFor(async () => expect(await storedEpoch()).toBe(3));
    await keeper.forget('b');
    expect(await storedEpoch()).toBe(3);
    await keeper.forget('a');
    expect(await storedEpoch()).toBeNull();
    await keeper.end();
    const next = await lockCheckpoint();
    expect(next.isOurs).toBe(true);
    next.release();
  });

  it('writes nothing where another tab has the lock', async () => {
    await saveCheckpoint(checkpoint('a', 12));
    const theirs = await lockCheckpoint();
    const ours = await lockCheckpoint();
    expect(ours.isOurs).toBe(false);
    const keeper = createCheckpointKeeper(ours);
    keeper.keep(checkpoint('b', 1));
    await keeper.forget('a');
    expect(await storedEpoch()).toBe(12);
    await keeper.end();
    theirs.release();
  });

  it('says once that it cannot keep, and goes on', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const keeper = createCheckpointKeeper(await lockCheckpoint());
    // A function cannot be stored: the write fails as it does on a full disk.
    const broken = { ...checkpoint('a', 1), settings: () => undefined } as unknown as CheckpointRecord;
    keeper.keep(broken);
    keeper.keep(broken);
    await vi.waitFor(() => expect(noticesStore.getState().notices).toHaveLength(1));
    keeper.keep(checkpoint('a', 2));
    await vi.waitFor(async () => expect(await storedEpoch()).toBe(2));
    expect(noticesStore.getState().notices).toMatchObject([{ messageKey: 'train:resume.notKept' }]);
    await keeper.end();
    vi.restoreAllMocks();
  });
});
