/**
 * Where features are found again: on the disk, and where that has no room or may not be used, in the memory of the engine
 * for as long as it lives. Training goes on all the same.
 */
import type { ContentHash } from '../../domain/picture.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import {
  type FeatureEntry,
  forgetSources,
  getFeatures,
  hasFeatures,
  putFeatures,
  type StoredFeatures,
} from '../../storage/storedFeatures.ts';

const DISK_CODES: readonly ErrorCode[] = ['storageFull', 'storageUnavailable', 'storageBlocked'];

/** By source, then by key. */
const inMemory = new Map<string, Map<string, StoredFeatures>>();

/** What the disk answers, or `otherwise` where there is none. */
async function askDisk<Answer>(question: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await question;
  } catch (thrown) {
    if (!isOfDisk(thrown)) throw thrown;
    console.warn('features are not on the disk', thrown);
    return otherwise;
  }
}

function isOfDisk(thrown: unknown): boolean {
  return thrown instanceof AppError && DISK_CODES.includes(thrown.code);
}

/** What is known of these pictures; unknown ones are missing in the answer. */
export async function findFeatures(
  source: string,
  keys: readonly string[],
): Promise<ReadonlyMap<ContentHash, StoredFeatures>> {
  const here = inMemory.get(source);
  const found = await askDisk(getFeatures(source, keys), new Map<ContentHash, StoredFeatures>());
  for (const key of here ? keys : []) {
    const values = here?.get(key);
    if (values) found.set(key, values);
  }
  return found;
}

/** Which of these pictures have features. */
export async function knownFeatures(
  source: string,
  keys: readonly string[],
): Promise<ReadonlySet<ContentHash>> {
  const here = inMemory.get(source);
  const known = await askDisk(hasFeatures(source, keys), new Set<ContentHash>());
  return here ? new Set(keys.filter((key) => known.has(key) || here.has(key))) : known;
}

/** @returns whether they are on the disk; otherwise they are here */
export async function keepFeatures(source: string, entries: readonly FeatureEntry[]): Promise<boolean> {
  try {
    await putFeatures(source, entries);
    return true;
  } catch (thrown) {
    if (!isOfDisk(thrown)) throw thrown;
    const here = inMemory.get(source) ?? new Map<string, StoredFeatures>();
    inMemory.set(source, here);
    for (const { hash, values } of entries) here.set(hash, values);
    return false;
  }
}

/** Forgets all sources whose name begins with `prefix`, but for those that begin with `kept`. */
export async function forgetFeatures(prefix: string, kept: string): Promise<void> {
  for (const source of inMemory.keys()) {
    if (source.startsWith(prefix) && !source.startsWith(kept)) inMemory.delete(source);
  }
  await askDisk(forgetSources(prefix, kept), undefined);
}
