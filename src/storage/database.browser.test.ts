import { type DBSchema, deleteDB, openDB } from 'idb';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckpointRecord } from '../domain/checkpoint.ts';
import { beginWork } from '../shared/work.ts';
import { onSmallDisk } from '../testing/storage/disks.ts';
import { sampleStoredModel } from '../testing/storage/records.ts';
import { closeDatabase, inTransaction, openWithUpgrades } from './database.ts';
import { askPersistent, estimateStorage } from './quota.ts';
import { deleteModel, getModel, saveModel } from './storedModels.ts';
import { UPGRADES, type Upgrade } from './stores.ts';

interface TestSchema extends DBSchema {
  things: { key: string; value: { name: string; size?: number } };
  more: { key: string; value: string };
}

const NAME = 'headstart-upgrade-test';
const ignore = () => undefined;

const first: Upgrade<TestSchema> = (database) => {
  database.createObjectStore('things');
};
const second: Upgrade<TestSchema> = async (database, transaction) => {
  database.createObjectStore('more');
  const things = transaction.objectStore('things');
  for (const key of await things.getAllKeys()) {
    const thing = await things.get(key);
    if (thing) await things.put({ ...thing, size: thing.name.length }, key);
  }
};

async function openOld() {
  const database = await openWithUpgrades<TestSchema>(NAME, [first], ignore);
  await database.put('things', { name: 'old' }, 'a');
  return database;
}

afterEach(async () => {
  await deleteDB(NAME);
});

describe('openWithUpgrades', () => {
  it('brings an older version up to date and keeps what was in it', async () => {
    (await openOld()).close();
    const database = await openWithUpgrades<TestSchema>(NAME, [first, second], ignore);
    expect(database.version).toBe(2);
    expect(await database.get('things', 'a')).toEqual({ name: 'old', size: 3 });
    expect([...database.objectStoreNames]).toEqual(['more', 'things']);
    database.close();
  });

  it('runs every upgrade for a new database', async () => {
    const database = await openWithUpgrades<TestSchema>(NAME, [first, second], ignore);
    expect([...database.objectStoreNames]).toEqual(['more', 'things']);
    database.close();
  });

  it('leaves the old version as it was when an upgrade fails', async () => {
    (await openOld()).close();
    const failing: Upgrade<TestSchema> = async (database, transaction) => {
      await second(database, transaction);
      throw new Error('fails on purpose');
    };
    await expect(openWithUpgrades<TestSchema>(NAME, [first, failing], ignore)).rejects.toMatchObject({
      code: 'storageUnavailable',
      cause: { message: 'fails on purpose' },
    });
    const database = await openWithUpgrades<TestSchema>(NAME, [first], ignore);
    expect(await database.get('things', 'a')).toEqual({ name: 'old' });
    database.close();
  });

  it('gives way to a tab with a newer version, and says that it is gone', async () => {
    let isGone = false;
    const old = await openWithUpgrades<TestSchema>(NAME, [first], () => {
      isGone = true;
    });
    const database = await openWithUpgrades<TestSchema>(NAME, [first, second], ignore);
    expect(isGone).toBe(true);
    expect(() => old.transaction('things')).toThrow(DOMException);
    await expect(openWithUpgrades<TestSchema>(NAME, [first], ignore)).rejects.toMatchObject({
      code: 'storageBlocked',
    });
    database.close();
  });

  it('does not give way while something is going on, and then does', async () => {
    let leave: () => void = ignore;
    const gone = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const old = await openWithUpgrades<TestSchema>(NAME, [first], leave);
    const endWork = beginWork();
    await expect(openWithUpgrades<TestSchema>(NAME, [first, second], ignore)).rejects.toMatchObject({
      code: 'storageBlocked',
    });
    await old.put('things', { name: 'saved all the same' }, 'a');
    endWork();
    await gone;
    const database = await openWithUpgrades<TestSchema>(NAME, [first, second], ignore);
    expect(await database.get('things', 'a')).toMatchObject({ name: 'saved all the same' });
    database.close();
  });

  it('says so when another tab does not give way, and works once it has', async () => {
    const stubborn = await openDB<TestSchema>(NAME, 1, {
      upgrade: (database) => void first(database, null as never),
    });
    await expect(openWithUpgrades<TestSchema>(NAME, [first, second], ignore)).rejects.toMatchObject({
      code: 'storageBlocked',
    });
    stubborn.close();
    const database = await openWithUpgrades<TestSchema>(NAME, [first, second], ignore);
    expect(database.version).toBe(2);
    database.close();
  });
});

describe('inTransaction', () => {
  const ID = 'database-test';

  it('has every store of the schema', async () => {
    const database = await openWithUpgrades('headstart-schema-test', UPGRADES, ignore);
    expect(database.version).toBe(UPGRADES.length);
    expect([...database.objectStoreNames]).toEqual([
      'backboneNetworks',
      'backbones',
      'checkpoint',
      'checkpointHeader',
      'checkpointOwner',
      'dataset',
      'features',
      'heads',
      'models',
      'pictureBlockBytes',
      'pictureBlocks',
      'pictures',
      'pieces',
      'runs',
      'thumbnails',
    ]);
    database.close();
    await deleteDB('headstart-schema-test');
  });

  it('brings the first released version up to date and keeps what was in it', async () => {
    const name = 'headstart-released-test';
    const old = await openWithUpgrades(name, UPGRADES.slice(0, 1), ignore);
    const { record } = sampleStoredModel(ID, 1);
    await old.put('models', record);
    old.close();
    const database = await openWithUpgrades(name, UPGRADES, ignore);
    expect(await database.get('models', ID)).toEqual(record);
    expect(await database.count('checkpoint')).toBe(0);
    database.close();
    await deleteDB(name);
  });

  it('gives a checkpoint of the second version the header that it lacks', async () => {
    const name = 'headstart-header-test';
    const kept = {
      ...{ startedAt: 'a', savedAt: 'b', classNames: ['cat', 'dog'], plannedEpochs: 40 },
      ...{ data: { name: 'pets' }, snapshot: { epoch: 7 } },
    } as unknown as CheckpointRecord;
    const old = await openWithUpgrades(name, UPGRADES.slice(0, 2), ignore);
    await old.put('checkpoint', kept, 'current');
    old.close();
    const database = await openWithUpgrades(name, UPGRADES, ignore);
    expect(await database.get('checkpoint', 'current')).toEqual(kept);
    const { data: _data, snapshot: _snapshot, ...facts } = kept;
    expect(await database.get('checkpointHeader', 'current')).toEqual({ ...facts, name: 'pets', epoch: 7 });
    database.close();
    await deleteDB(name);
  });

  it('keeps nothing when the work throws, and throws what it threw', async () => {
    const { record } = sampleStoredModel(ID, 1);
    const thrown = await inTransaction(['models'], 'readwrite', async ({ store }) => {
      await store.put(record);
      throw new TypeError('on purpose');
    }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'storageUnavailable', cause: expect.any(TypeError) });
    expect(await inTransaction(['models'], 'readonly', ({ store }) => store.get(ID))).toBeUndefined();
  });

  it('ends when the transaction does, also where a request stays silent', async () => {
    const aborted = inTransaction(['models'], 'readwrite', (transaction) => {
      transaction.abort();
      return new Promise(() => undefined);
    });
    await expect(aborted).rejects.toMatchObject({ code: 'storageUnavailable' });
    // As one value of that size is in a private window, where tests run.
    const tooLarge = inTransaction(['runs'], 'readwrite', ({ store }) =>
      store.put({ id: ID, startedAt: '', values: new Float32Array(34_000_000) } as never),
    );
    await expect(tooLarge).rejects.toMatchObject({ code: 'storageUnavailable' });
  });

  it('opens the database anew after it was closed', async () => {
    const { record, head } = sampleStoredModel(ID, 1);
    await saveModel(record, head);
    await closeDatabase();
    expect((await getModel(ID)).record).toEqual(record);
    await deleteModel(ID);
  });

  it('names a full disk, and keeps the old state', async () => {
    await onSmallDisk(2_000_000, async () => {
      const old = sampleStoredModel(ID, 1);
      await saveModel(old.record, old.head);
      const large = sampleStoredModel(ID, 2, 1_000_000);
      await expect(saveModel(large.record, large.head)).rejects.toMatchObject({ code: 'storageFull' });
      expect(await getModel(ID)).toEqual(old);
    });
  });
});

describe('quota', () => {
  it('tells how much is used', async () => {
    const estimate = await estimateStorage();
    expect(estimate?.quotaBytes).toBeGreaterThan(estimate?.usedBytes ?? Number.POSITIVE_INFINITY);
  });

  it('asks for persistence and gets an answer', async () => {
    expect(typeof (await askPersistent())).toBe('boolean');
  });
});
