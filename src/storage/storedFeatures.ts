/** Features are costly to compute and depend on the picture alone: kept by content, they are computed once. */
import type { ContentHash } from '../domain/picture.ts';
import { inTransaction } from './database.ts';

/** float16 bits, `[features]`. */
export type StoredFeatures = Uint16Array<ArrayBuffer>;

export interface FeatureEntry {
  /** Of an example that shows two pictures mixed: both hashes, with `+` between. */
  readonly hash: ContentHash;
  readonly values: StoredFeatures;
}

/** Small enough that a chunk is done in a moment and a lost one costs little; large enough to be fast. */
const CHUNK_ENTRIES = 256;
/** From this fraction of what a source holds, reading all of it beats asking one by one. */
const READ_ALL_FRACTION = 0.25;
/** Sorts after all that a name is made of. */
const LAST_CHARACTER = '\uffff';

/**
 * What is known of these pictures; unknown ones are missing in the answer. One transaction however many.
 * @param source names the backbone's weights and the resize that the features came from, and of augmented views how
 * they were augmented
 * @throws AppError storageUnavailable, storageBlocked
 */
export function getFeatures(
  source: string,
  hashes: readonly ContentHash[],
): Promise<Map<ContentHash, StoredFeatures>> {
  const wanted = [...new Set(hashes)].sort();
  return inTransaction(['features'], 'readonly', async ({ store }) => {
    const found = new Map<ContentHash, StoredFeatures>();
    if (wanted.length === 0) return found;
    if (wanted.length >= READ_ALL_FRACTION * (await store.count(rangeOf(source)))) {
      await readRanges(source, wanted, store, found);
      return found;
    }
    const values = await Promise.all(wanted.map((hash) => store.get([source, hash])));
    wanted.forEach((hash, index) => {
      const value = values[index];
      if (value) found.set(hash, value);
    });
    return found;
  });
}

/** Which of these pictures have features. @throws AppError storageUnavailable, storageBlocked */
export function hasFeatures(source: string, hashes: readonly ContentHash[]): Promise<Set<ContentHash>> {
  return inTransaction(['features'], 'readonly', async ({ store }) => {
    const range = rangeOf(source);
    const keys =
      hashes.length >= READ_ALL_FRACTION * (await store.count(range))
        ? await store.getAllKeys(range)
        : await Promise.all(hashes.map((hash) => store.getKey([source, hash])));
    const known = new Set(keys.map((key) => key?.[1]));
    return new Set(hashes.filter((hash) => known.has(hash)));
  });
}

/**
 * Keeps features, a transaction a chunk: what is done stays, whatever comes after.
 * @throws AppError storageUnavailable, storageFull, storageBlocked
 */
export async function putFeatures(source: string, entries: readonly FeatureEntry[]): Promise<void> {
  for (let start = 0; start < entries.length; start += CHUNK_ENTRIES) {
    const chunk = entries.slice(start, start + CHUNK_ENTRIES);
    await inTransaction(['features'], 'readwrite', ({ store }) =>
      Promise.all(chunk.map(({ hash, values }) => store.put(compact(values), [source, hash]))),
    );
  }
}

interface FeatureStore {
  getAllKeys(range: IDBKeyRange): Promise<[string, ContentHash][]>;
  getAll(range: IDBKeyRange): Promise<StoredFeatures[]>;
}

/** Reads runs of neighbouring keys at a time; a request a picture costs ten times as much. */
async function readRanges(
  source: string,
  sorted: readonly ContentHash[],
  store: FeatureStore,
  found: Map<ContentHash, StoredFeatures>,
): Promise<void> {
  const wanted = new Set(sorted);
  for (let start = 0; start < sorted.length; start += CHUNK_ENTRIES) {
    const chunk = sorted.slice(start, start + CHUNK_ENTRIES);
    const range = IDBKeyRange.bound([source, chunk[0]], [source, chunk.at(-1)]);
    const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
    keys.forEach(([, hash], index) => {
      const value = values[index];
      if (value && wanted.has(hash)) found.set(hash, value);
    });
  }
}

/** All keys `[source, …]`: an array sorts after every string. */
function rangeOf(source: string): IDBKeyRange {
  return IDBKeyRange.bound([source], [source, []]);
}

/** A view into a larger buffer would be stored with all of it. */
function compact(values: StoredFeatures): StoredFeatures {
  return values.byteLength === values.buffer.byteLength ? values : values.slice();
}

/**
 * Forgets the features of all sources whose name begins with `prefix`, but for those that begin with `kept`, which
 * itself begins with `prefix`. One transaction.
 * @throws AppError storageUnavailable, storageBlocked
 */
export async function forgetSources(prefix: string, kept: string): Promise<void> {
  await inTransaction(['features'], 'readwrite', ({ store }) =>
    Promise.all([
      store.delete(IDBKeyRange.bound([prefix], [kept], false, true)),
      store.delete(IDBKeyRange.bound([kept + LAST_CHARACTER], [prefix + LAST_CHARACTER])),
    ]),
  );
}

/** Forgets all features of all sources. @throws AppError storageUnavailable, storageBlocked */
export async function clearFeatures(): Promise<void> {
  await inTransaction(['features'], 'readwrite', ({ store }) => store.clear());
}
