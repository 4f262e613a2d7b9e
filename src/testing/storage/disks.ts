/** Disks as no test can count on having one: with too little room, and one that is not there. */

import { closeDatabase } from '../../storage/database.ts';

/** Not in TypeScript's library yet. https://wicg.github.io/storage-buckets/ */
interface StorageBuckets {
  open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}

const BUCKET = 'test-disk';

/** Runs `work` with an empty database on a disk of that size: a storage bucket is a whole IndexedDB of its own. */
export function onSmallDisk<Result>(sizeBytes: number, work: () => Promise<Result>): Promise<Result> {
  return onBucket(sizeBytes, () => Promise.resolve(), work);
}

/** Runs `work` where every database fails to open, as where the person forbids the page to store anything. */
export function withoutDisk<Result>(work: () => Promise<Result>): Promise<Result> {
  return onBucket(1_000_000, (buckets) => buckets.delete(BUCKET), work);
}

async function onBucket<Result>(
  sizeBytes: number,
  spoil: (buckets: StorageBuckets) => Promise<void>,
  work: () => Promise<Result>,
): Promise<Result> {
  const { storageBuckets } = navigator as unknown as { storageBuckets: StorageBuckets };
  const bucket = await storageBuckets.open(BUCKET, { quota: sizeBytes });
  const whole = globalThis.indexedDB;
  const use = async (factory: IDBFactory) => {
    await closeDatabase();
    Object.defineProperty(globalThis, 'indexedDB', { value: factory, configurable: true });
  };
  await spoil(storageBuckets);
  await use(bucket.indexedDB);
  try {
    return await work();
  } finally {
    await use(whole);
    await storageBuckets.delete(BUCKET);
  }
}
