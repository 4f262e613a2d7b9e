import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import {
  deleteCheckpoint,
  loadCheckpoint,
  loadCheckpointHeader,
  noteCheckpoint,
  saveCheckpoint,
} from '../../storage/storedCheckpoint.ts';
import { leaveCheckpoint, sampleCheckpoint } from '../../testing/storage/checkpoints.ts';
import { noticesStore } from '../shell/notices.ts';
import {
  createCheckpointKeeper,
  discardInterrupted,
  interruptedStore,
  lockCheckpoint,
  lookForInterrupted,
} from './checkpoint.ts';

const checkpoint = sampleCheckpoint;
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
    await leaveCheckpoint(checkpoint('a', 12));
    await lookForInterrupted();
    expect(offered()).toMatchObject({ name: 'pets', epoch: 12, plannedEpochs: 40, startedAt: 'a' });
  });

  it('is not offered while it is alive, and is once its tab has ended', async () => {
    await leaveCheckpoint(checkpoint('a', 12));
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
    await leaveCheckpoint(checkpoint('a', 12));
    await lookForInterrupted();
    await discardInterrupted();
    await vi.waitFor(() => expect(offered()).toBeNull());
    // Its weights are there until the tab is closed, so that it can be brought back.
    expect((await loadCheckpointHeader())?.fate).toEqual({ kind: 'discarded' });
    const [notice] = noticesStore.getState().notices;
    if (notice?.error === null) notice.action?.run();
    await vi.waitFor(() => expect(offered()?.epoch).toBe(12));
    expect(await loadCheckpoint()).toEqual(checkpoint('a', 12));
  });

  it('is not thrown away when another one has taken its place', async () => {
    await leaveCheckpoint(checkpoint('a', 12));
    await lookForInterrupted();
    await leaveCheckpoint(checkpoint('b', 3));
    await discardInterrupted();
    await vi.waitFor(() => expect(offered()?.startedAt).toBe('b'));
    expect(await storedEpoch()).toBe(3);
  });
});

describe('createCheckpointKeeper', () => {
  it('claims the checkpoint for its run, forgets what that has kept, and lets go', async () => {
    await leaveCheckpoint(checkpoint('b', 12));
    const keeper = await createCheckpointKeeper(await lockCheckpoint(), 'a');
    expect(keeper.isOurs).toBe(true);
    expect(await saveCheckpoint(checkpoint('b', 13))).toBe(false);
    expect(await storedEpoch()).toBe(12);
    expect(await saveCheckpoint(checkpoint('a', 1))).toBe(true);
    await keeper.note({ fate: { kind: 'failed', code: 'outOfMemory', details: {} }, tries: 2 });
    expect(await loadCheckpointHeader()).toMatchObject({ fate: { code: 'outOfMemory' }, tries: 2 });
    await keeper.forget();
    expect(await storedEpoch()).toBeNull();
    // A write that comes late finds itself without the right.
    expect(await saveCheckpoint(checkpoint('a', 2))).toBe(false);
    expect(await storedEpoch()).toBeNull();
    keeper.end();
    const next = await lockCheckpoint();
    expect(next.isOurs).toBe(true);
    next.release();
  });

  it('leaves everything alone where another tab has the lock', async () => {
    await leaveCheckpoint(checkpoint('a', 12));
    const theirs = await lockCheckpoint();
    const keeper = await createCheckpointKeeper(await lockCheckpoint(), 'a');
    expect(keeper.isOurs).toBe(false);
    await keeper.forget();
    await keeper.note({ tries: 7 });
    expect(await loadCheckpointHeader()).not.toHaveProperty('tries');
    expect(await storedEpoch()).toBe(12);
    keeper.end();
    theirs.release();
  });

  it('says once that the run is not kept', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const keeper = await createCheckpointKeeper(await lockCheckpoint(), 'a');
    keeper.tellNotKept(new AppError('storageFull'));
    keeper.tellNotKept(new AppError('storageUnavailable'));
    expect(noticesStore.getState().notices).toMatchObject([{ messageKey: 'train:resume.notKeptFull' }]);
    keeper.end();
    vi.restoreAllMocks();
  });
});

it('a run that was thrown away in a tab that is gone is deleted', async () => {
  await leaveCheckpoint(checkpoint('c', 12));
  await noteCheckpoint('c', { fate: { kind: 'discarded' } });
  await lookForInterrupted();
  expect(offered()).toBeNull();
  expect(await loadCheckpointHeader()).toBeNull();
});
