/** Keeps features as they come, behind the computation. */
import type { FeatureEntry } from '../../storage/storedFeatures.ts';
import { keepFeatures } from './featureShelf.ts';

/** What is computed is kept at the latest after so many pictures, so that a crash costs little. */
const KEEP_EVERY = 16;

/** Writes entries in order; the first failure stops whoever goes on adding. */
export function createKeeper(source: string) {
  let waiting: FeatureEntry[] = [];
  let writing = Promise.resolve();
  let failure: { readonly thrown: unknown } | null = null;
  let isOnDisk = true;
  const write = async (entries: readonly FeatureEntry[]) => {
    if (failure) return;
    try {
      if (!(await keepFeatures(source, entries))) isOnDisk = false;
    } catch (thrown) {
      failure = { thrown };
    }
  };
  const flush = () => {
    const entries = waiting;
    waiting = [];
    if (entries.length > 0) writing = writing.then(() => write(entries));
  };
  return {
    /** @throws what a write before has thrown: what cannot be kept need not be computed */
    add(entry: FeatureEntry) {
      if (failure) throw failure.thrown;
      waiting.push(entry);
      if (waiting.length >= KEEP_EVERY) flush();
    },
    /** @returns whether all of it is on the disk */
    async finish(): Promise<boolean> {
      flush();
      await writing;
      if (failure) throw failure.thrown;
      return isOnDisk;
    },
  };
}
