/** One shard from the network: streamed, tried again when the line breaks, and believed only if its hash is right. */
import { AppError, throwIfCancelled } from '../shared/errors.ts';
import { sha256Hex } from '../shared/sha256.ts';
import type { WeightsShard } from './manifest.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ShardSource {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** Waits before the second and third try of a broken connection. */
  readonly retryDelaysMs: readonly number[];
  /** A connection that gives nothing for so long counts as broken. */
  readonly stallMs: number;
}

/** True for bytes that are the shard's. */
export async function isIntact(shard: WeightsShard, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return bytes.length === shard.sizeBytes && (await sha256Hex(bytes)) === shard.sha256;
}

/** Resolves after `ms`, or rejects with `cancelled`. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(new AppError('cancelled'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Reads one answer into `target`; returns how many bytes came, which may be more than there was room for. */
async function streamInto(
  target: Uint8Array<ArrayBuffer>,
  url: string,
  cacheMode: RequestCache,
  source: ShardSource,
  onBytes: (received: number) => void,
): Promise<number> {
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), source.stallMs);
  try {
    const signal = AbortSignal.any([source.signal, stalled.signal]);
    const response = await source.fetch(url, { signal, cache: cacheMode });
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    let received = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return received;
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(), source.stallMs);
      if (received + value.length > target.length) {
        await reader.cancel();
        return received + value.length;
      }
      target.set(value, received);
      received += value.length;
      onBytes(received);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** `streamInto`, again after a pause where the connection breaks. @throws AppError `weightsNetwork`, `cancelled`. */
async function streamWithRetries(
  shard: WeightsShard,
  target: Uint8Array<ArrayBuffer>,
  url: string,
  cacheMode: RequestCache,
  source: ShardSource,
  onBytes: (received: number) => void,
): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await streamInto(target, url, cacheMode, source, onBytes);
    } catch (error) {
      throwIfCancelled(source.signal);
      const delayMs = source.retryDelaysMs[attempt];
      if (delayMs === undefined) throw new AppError('weightsNetwork', { file: shard.path }, { cause: error });
      await wait(delayMs, source.signal);
    }
  }
}

/**
 * Fills `target` (of the shard's size) with the shard's bytes. A shard that does not match its hash is fetched
 * once more past every cache in between.
 * @param onBytes bytes of this shard received so far; falls back when it starts again.
 * @throws AppError `weightsNetwork`, `weightsCorrupt` (both with `file`), `cancelled`.
 */
export async function fetchShard(
  shard: WeightsShard,
  target: Uint8Array<ArrayBuffer>,
  url: string,
  source: ShardSource,
  onBytes: (received: number) => void,
): Promise<void> {
  for (const cacheMode of ['default', 'reload'] as const) {
    const received = await streamWithRetries(shard, target, url, cacheMode, source, onBytes);
    if (received === shard.sizeBytes && (await isIntact(shard, target))) return;
  }
  throw new AppError('weightsCorrupt', { file: shard.path });
}
