import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckpointRecord } from '../domain/checkpoint.ts';
import { leaveCheckpoint, sampleCheckpoint } from '../testing/storage/checkpoints.ts';
import { sampleStoredModel } from '../testing/storage/records.ts';
import { inTransaction } from './database.ts';
import {
  claimCheckpoint,
  deleteCheckpoint,
  loadCheckpoint,
  loadCheckpointFacts,
  loadCheckpointHeader,
  saveCheckpoint,
} from './storedCheckpoint.ts';

const STORES = ['checkpoint', 'checkpointHeader', 'checkpointOwner'] as const;
const clear = () =>
  inTransaction(STORES, 'readwrite', (transaction) =>
    Promise.all(STORES.map((name) => transaction.objectStore(name).clear())),
  );
beforeEach(clear);
afterAll(clear);

const pieceKeys = async () =>
  (await inTransaction(['pieces'], 'readonly', ({ store }) => store.getAllKeys())).filter(([owner]) =>
    owner.startsWith('checkpoint'),
  );
/** Puts a record down as another version or a fault would have. */
const putRaw = (record: unknown) =>
  inTransaction(['checkpoint', 'checkpointHeader'], 'readwrite', async (transaction) => {
    await transaction.objectStore('checkpoint').put(record as CheckpointRecord, 'current');
    const { startedAt } = record as CheckpointRecord;
    await transaction.objectStore('checkpointHeader').put({ startedAt } as never, 'current');
  });
const rawKeys = () => inTransaction(['checkpoint'], 'readonly', ({ store }) => store.getAllKeys());

/** Number by number; a matcher would take minutes for so many. */
const isSame = (a: Float32Array | undefined, b: Float32Array | undefined) =>
  a?.length === b?.length && a?.every((value, index) => value === b?.[index]);

describe('a checkpoint', () => {
  it('is null before there is one, and the last saved afterwards, to the bit', async () => {
    expect(await loadCheckpoint()).toBeNull();
    await saveCheckpoint(sampleCheckpoint('a', 1));
    await saveCheckpoint(sampleCheckpoint('a', 2));
    expect(await loadCheckpoint()).toEqual(sampleCheckpoint('a', 2));
    const { head: _1, bestHead: _2, optimizerState: _3, ...facts } = sampleCheckpoint('a', 2).snapshot;
    expect(await loadCheckpointFacts()).toEqual({ ...sampleCheckpoint('a', 2), snapshot: facts });
  });

  it('is deleted by the run that it belongs to alone', async () => {
    await saveCheckpoint(sampleCheckpoint('b', 1));
    await deleteCheckpoint('a');
    expect(await loadCheckpoint()).toEqual(sampleCheckpoint('b', 1));
    await deleteCheckpoint('b');
    expect(await loadCheckpoint()).toBeNull();
    await deleteCheckpoint('b');
  });

  it('is written by the run alone that has claimed the place', async () => {
    await leaveCheckpoint(sampleCheckpoint('a', 1));
    await claimCheckpoint('b');
    expect(await saveCheckpoint(sampleCheckpoint('a', 2))).toBe(false);
    expect((await loadCheckpointHeader())?.epoch).toBe(1);
    expect(await saveCheckpoint(sampleCheckpoint('b', 3))).toBe(true);
    expect((await loadCheckpointHeader())?.startedAt).toBe('b');
  });
});

describe('a checkpoint of the size of a second phase', () => {
  // Of this size one value is refused where tests run, as in any private window, and its request stays silent.
  const COUNT = 17_500_000;

  it('is kept in pieces and comes back to the bit, and its successor leaves nothing of it', async () => {
    const large = sampleCheckpoint('a', 1, COUNT);
    large.snapshot.optimizerState['logits/kernel|m']?.fill(0.25, 1_000_000);
    expect(await saveCheckpoint(large)).toBe(true);
    // The head stands in two places and is kept once: 140 MB in all.
    expect(await pieceKeys()).toHaveLength(9);
    const back = await loadCheckpoint();
    const head = back?.snapshot.head.weights['logits/kernel']?.values;
    expect(isSame(head, large.snapshot.head.weights['logits/kernel']?.values)).toBe(true);
    expect(back?.snapshot.bestHead.weights['logits/kernel']?.values).toBe(head);
    const moments = 'logits/kernel|m';
    expect(isSame(back?.snapshot.optimizerState[moments], large.snapshot.optimizerState[moments])).toBe(true);
    await saveCheckpoint({ ...sampleCheckpoint('a', 2), savedAt: '2026-01-01T02:00:00.000Z' });
    expect(await pieceKeys()).toEqual([]);
  });

  it('that cannot be written leaves the one before as it was', async () => {
    await saveCheckpoint(sampleCheckpoint('a', 1, 20_000));
    const { snapshot, ...rest } = sampleCheckpoint('a', 2, COUNT);
    const broken = { ...rest, savedAt: 'later', snapshot: { ...snapshot, epoch: () => 'no' } };
    await expect(saveCheckpoint(broken as never)).rejects.toMatchObject({ code: 'storageUnavailable' });
    expect(await loadCheckpoint()).toEqual(sampleCheckpoint('a', 1, 20_000));
  });
});

describe('a checkpoint that is not what it should be', () => {
  it('of an earlier version is brought up to date', async () => {
    const kept = sampleCheckpoint('a', 1);
    const { warmupFraction, clipNorm: _later, ...settings } = kept.settings;
    const older = { ...kept, settings: { ...settings, warmupShare: warmupFraction } };
    await putRaw({ ...older, data: { ...kept.data, splitSource: 'shares' } });
    expect(await loadCheckpoint()).toEqual(kept);
  });

  const { snapshot, ...rest } = sampleCheckpoint('a', 1);
  const kernel = 'logits/kernel';
  const withHead = (values: Float32Array<ArrayBuffer>) => {
    const { head } = sampleStoredModel('unused', 1);
    return { ...head, weights: { [kernel]: { shape: [4, 1], values } } };
  };
  it.each([
    ['a weight that is no number', { ...snapshot, head: withHead(Float32Array.of(1, Number.NaN, 1, 1)) }],
    ['an infinite weight', { ...snapshot, bestHead: withHead(Float32Array.of(1, 1, Infinity, 1)) }],
    ['fewer weights than its shape says', { ...snapshot, head: withHead(Float32Array.of(1, 1)) }],
    ['moments of another length', { ...snapshot, optimizerState: { [`${kernel}|m`]: new Float32Array(3) } }],
    ['moments that are no array', { ...snapshot, optimizerState: { [`${kernel}|m`]: [0, 0, 0, 0] } }],
    ['no head', { ...snapshot, head: undefined }],
  ])('with %s is not gone on from, and stays', async (_what, spoilt) => {
    const record = { ...rest, snapshot: spoilt };
    await putRaw(record);
    await expect(loadCheckpoint()).rejects.toMatchObject({ code: 'recordUnreadable' });
    expect(await inTransaction(['checkpoint'], 'readonly', ({ store }) => store.get('current'))).toEqual(
      record,
    );
  });

  it.each([
    ['recordFromLater', { ...rest, snapshot, recordVersion: 1000 }],
    ['recordUnreadable', { ...rest, snapshot, settings: { ...rest.settings, batchSize: 'many' } }],
    ['recordUnreadable', { startedAt: 'a' }],
  ])('says %s, and is put beside when the next run needs the place', async (code, record) => {
    const now = vi.spyOn(Date.prototype, 'toISOString').mockReturnValue('2026-05-05');
    await putRaw(record);
    await expect(loadCheckpointFacts()).rejects.toMatchObject({ code });
    await expect(loadCheckpoint()).rejects.toMatchObject({ code });
    // To be gone on with it has to stay.
    await claimCheckpoint('a');
    expect(await rawKeys()).toEqual(['current']);
    await claimCheckpoint('b');
    now.mockRestore();
    expect(await rawKeys()).toEqual(['2026-05-05']);
    await saveCheckpoint(sampleCheckpoint('b', 1));
    await deleteCheckpoint('b');
    expect(await inTransaction(['checkpoint'], 'readonly', ({ store }) => store.get('2026-05-05'))).toEqual(
      record,
    );
  });
});
