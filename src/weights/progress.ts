/** Turns bytes of many shards at once into one bar that never runs backwards, and a guess of the time left. */

export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** null until it can be told. */
  readonly remainingMs: number | null;
  /** True while every shard so far came from the cache. */
  readonly fromCache: boolean;
}

/** Below this a rate says nothing. */
const MIN_ELAPSED_MS = 400;
/** A bar needs no more than about twenty steps a second. */
const MIN_STEP_MS = 50;

export class ProgressMeter {
  readonly #startedMs: number;
  readonly #totalBytes: number;
  readonly #report: (progress: LoadProgress) => void;
  readonly #now: () => number;
  readonly #bytesOfShard: number[];
  #cachedBytes = 0;
  #loadedBytes = 0;
  #fromCache = true;
  #reportedMs = Number.NEGATIVE_INFINITY;

  /** @param sizesBytes of all shards. */
  constructor(
    sizesBytes: readonly number[],
    report: (progress: LoadProgress) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#totalBytes = sizesBytes.reduce((sum, size) => sum + size, 0);
    this.#bytesOfShard = sizesBytes.map(() => 0);
    this.#report = report;
    this.#now = now;
    this.#startedMs = now();
  }

  /** The whole shard came from the cache. */
  cached(index: number, sizeBytes: number): void {
    this.#cachedBytes += sizeBytes;
    this.#update(index, sizeBytes);
  }

  /** So much of the shard has come through the network. */
  received(index: number, bytes: number): void {
    this.#fromCache = false;
    this.#update(index, bytes);
  }

  #update(index: number, bytes: number): void {
    // A shard that starts again counts from where it was: a bar that falls looks like a fault.
    this.#bytesOfShard[index] = Math.max(this.#bytesOfShard[index] ?? 0, bytes);
    this.#loadedBytes = this.#bytesOfShard.reduce((sum, count) => sum + count, 0);
    const nowMs = this.#now();
    const isLast = this.#loadedBytes === this.#totalBytes;
    if (!isLast && nowMs - this.#reportedMs < MIN_STEP_MS) return;
    this.#reportedMs = nowMs;
    this.#report({
      loadedBytes: this.#loadedBytes,
      totalBytes: this.#totalBytes,
      remainingMs: isLast ? 0 : this.#remainingMs(nowMs),
      fromCache: this.#fromCache,
    });
  }

  #remainingMs(nowMs: number): number | null {
    const elapsedMs = nowMs - this.#startedMs;
    const fetchedBytes = this.#loadedBytes - this.#cachedBytes;
    if (elapsedMs < MIN_ELAPSED_MS || fetchedBytes <= 0) return null;
    return ((this.#totalBytes - this.#loadedBytes) * elapsedMs) / fetchedBytes;
  }
}
