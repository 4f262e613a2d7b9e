import { afterEach, describe, expect, it } from 'vitest';
import type { OwnBackbone } from '../domain/ownBackbone.ts';
import { buildHeadNodes, createHead } from '../network/head.ts';
import type { Network } from '../network/network.ts';
import { inTransaction } from './database.ts';
import {
  deleteStoredBackbone,
  findStoredBackbone,
  findStoredTop,
  readBackbones,
  saveBackbone,
} from './storedBackbones.ts';

const record = (fingerprint: string, addedAt = '2026-11-27T00:00:00Z'): OwnBackbone => ({
  ...{ fingerprint, backboneId: 'resnet18', fileName: 'a.pth', addedAt, inputSizePx: 224, sizeBytes: 1 },
  ...{ preprocessing: null, knowsImagenet: true },
  fit: { naming: 'torchvision', found: 100, extra: [], extraCount: 0 },
});
/** Large enough to lie in pieces. */
const network = (classCount: number): Network =>
  createHead(buildHeadNodes({ head: 'linear', hiddenUnits: 1, dropout: 0 }, 4000, classCount), () => 0.25);

const pieceCount = () => inTransaction(['pieces'], 'readonly', ({ store }) => store.count());

afterEach(async () => {
  for (const { fingerprint } of (await readBackbones()).records) await deleteStoredBackbone(fingerprint);
});

describe('weights that a person brought', () => {
  it('come back as they went in, with their top and without', async () => {
    await saveBackbone(record('a'), { features: network(3), top: network(2) });
    await saveBackbone(record('b', '2026-11-28T00:00:00Z'), { features: network(4), top: null });
    expect((await readBackbones()).records.map(({ fingerprint }) => fingerprint)).toEqual(['b', 'a']);
    expect(await findStoredBackbone('a')).toEqual({ record: record('a'), features: network(3) });
    expect(await findStoredTop('a')).toEqual(network(2));
    expect(await findStoredTop('b')).toBeNull();
    expect(await findStoredBackbone('c')).toBeNull();
  });

  it('leave nothing behind, neither when they go nor when the same come again', async () => {
    const before = await pieceCount();
    await saveBackbone(record('a'), { features: network(3), top: network(2) });
    const once = await pieceCount();
    await saveBackbone(record('a'), { features: network(3), top: null });
    expect(await pieceCount()).toBeLessThan(once);
    expect(await findStoredTop('a')).toBeNull();
    await deleteStoredBackbone('a');
    expect(await pieceCount()).toBe(before);
    expect(await findStoredBackbone('a')).toBeNull();
  });

  it('are left as they are where their record cannot be read', async () => {
    await saveBackbone(record('a'), { features: network(3), top: null });
    await inTransaction(['backbones'], 'readwrite', async ({ store }) => {
      await store.put({ ...record('a'), sizeBytes: 'many' } as unknown as OwnBackbone);
    });
    expect(await readBackbones()).toMatchObject({ records: [], unreadable: [{ kind: 'ownBackbone' }] });
    await expect(findStoredBackbone('a')).rejects.toMatchObject({ code: 'recordUnreadable' });
    await deleteStoredBackbone('a');
  });
});
