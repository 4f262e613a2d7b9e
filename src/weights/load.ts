/** Brings the weights in: from the cache if they are there and whole, else through the network, each shard checked. */

import type { Weight, Weights } from '../network/network.ts';
import { allocateBytes } from '../shared/allocate.ts';
import { AppError, throwIfCancelled } from '../shared/errors.ts';
import { sha256Hex } from '../shared/sha256.ts';
import { readIfPossible, toCacheKey, type WeightsCache, writeIfPossible } from './cache.ts';
import { createWeightReader } from './lazy.ts';
import { findPart, type PartId, parseManifest, partSizeBytes, type WeightsManifest } from './manifest.ts';
import { type LoadProgress, ProgressMeter } from './progress.ts';
import { type Fetch, fetchShard, isIntact } from './shard.ts';

/** Enough to fill a line, few enough that the first shards are done early. */
const PARALLEL_SHARDS = 4;
const RETRY_DELAYS_MS = [500, 2_000];
const STALL_MS = 30_000;
/** The manifest is small: with a copy at hand, a network that takes longer is as good as none. */
const MANIFEST_TIMEOUT_MS = 10_000;
const MANIFEST_KEY = 'manifest';

export interface LoadOptions {
  /** From `openWeightsCache`; null where nothing can be kept. */
  readonly cache: WeightsCache | null;
  readonly signal?: AbortSignal;
  readonly fetch?: Fetch;
}

export interface LoadPartOptions extends LoadOptions {
  /** Address of the folder that holds the shards: the manifest's own will do. */
  readonly baseUrl: string;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Waits before each further try of a broken connection. */
  readonly retryDelaysMs?: readonly number[];
  readonly stallMs?: number;
}

// Called through a function: `fetch` must not lose its `this`.
const browserFetch: Fetch = (url, init) => fetch(url, init);

/** What the server says of the manifest; null where the network is gone. */
async function fetchManifest(url: string, request: Fetch, signal: AbortSignal): Promise<string | null> {
  let response: Response;
  try {
    response = await request(url, { signal, cache: 'no-cache' });
    // A host that answers a missing file with its start page has no manifest either.
    const isPage = response.headers.get('Content-Type')?.startsWith('text/html') === true;
    if (response.ok && !isPage) return await response.text();
    if (response.status !== 404 && !isPage) return null;
  } catch (error) {
    console.warn(`${url} could not be fetched`, error);
    return null;
  }
  throw new AppError('weightsMissing');
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('weightsInvalid', {}, { cause: error });
  }
}

/**
 * The manifest from the network, or the one kept from the last visit where there is no network.
 * @param url absolute.
 * @throws AppError `weightsMissing` (the server has none), `weightsNetwork` (with `file`), `weightsInvalid`, `cancelled`.
 */
export async function loadManifest(
  url: string,
  { cache, signal, fetch: request = browserFetch }: LoadOptions,
): Promise<WeightsManifest> {
  const key = toCacheKey(url, MANIFEST_KEY);
  const kept = await readIfPossible(cache, key);
  const limits = [...(signal ? [signal] : []), ...(kept ? [AbortSignal.timeout(MANIFEST_TIMEOUT_MS)] : [])];
  const text = await fetchManifest(url, request, AbortSignal.any(limits));
  throwIfCancelled(signal);
  if (text !== null) {
    const manifest = parseManifest(toJson(text));
    await writeIfPossible(cache, key, new TextEncoder().encode(text));
    return manifest;
  }
  if (!kept) throw new AppError('weightsNetwork', { file: new URL(url).pathname.split('/').at(-1) ?? '' });
  return parseManifest(toJson(new TextDecoder().decode(kept)));
}

/**
 * All bytes of a part, each shard checked against its SHA-256. A second visit does not touch the network.
 * @throws AppError `weightsNetwork`, `weightsCorrupt` (both with `file`), `cancelled`.
 */
export async function loadPart(
  manifest: WeightsManifest,
  partId: PartId,
  options: LoadPartOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { baseUrl, cache, onProgress = () => {}, signal, fetch: request = browserFetch } = options;
  const { retryDelaysMs = RETRY_DELAYS_MS, stallMs = STALL_MS } = options;
  throwIfCancelled(signal);
  const part = findPart(manifest, partId);
  const bytes = allocateBytes(partSizeBytes(part));
  const meter = new ProgressMeter(
    part.shards.map((shard) => shard.sizeBytes),
    onProgress,
  );
  let offset = 0;
  const jobs = part.shards.map((shard, index) => {
    const target = bytes.subarray(offset, offset + shard.sizeBytes);
    offset += shard.sizeBytes;
    return { shard, index, target };
  });

  // One shard that cannot be had ends the others: their bytes would be for nothing.
  const failed = new AbortController();
  const source = {
    fetch: request,
    retryDelaysMs,
    stallMs,
    signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
  };
  const loadShard = async ({ shard, index, target }: (typeof jobs)[number]): Promise<void> => {
    const url = new URL(shard.path, baseUrl).href;
    const key = toCacheKey(url, shard.sha256);
    const kept = await readIfPossible(cache, key);
    if (kept && (await isIntact(shard, kept))) {
      target.set(kept);
      meter.cached(index, shard.sizeBytes);
      return;
    }
    await fetchShard(shard, target, url, source, (received) => meter.received(index, received));
    await writeIfPossible(cache, key, target);
  };
  const queue = jobs.values();
  const lane = async (): Promise<void> => {
    for (const job of queue) {
      throwIfCancelled(source.signal);
      await loadShard(job);
    }
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL_SHARDS }, lane));
  } catch (error) {
    failed.abort();
    throw error;
  }
  return bytes;
}

/** The float32 weights of a part's bytes, keyed `nodeName/kind`. */
export function toWeights(
  manifest: WeightsManifest,
  partId: PartId,
  bytes: Uint8Array<ArrayBuffer>,
): Weights {
  const read = createWeightReader(manifest, partId, bytes);
  const weights: Record<string, Weight> = {};
  for (const { name } of findPart(manifest, partId).tensors) weights[name] = read(name);
  return weights;
}

/** SHA-256 over the hashes of the backbone's shards: two equal fingerprints are the same features. */
export function fingerprint(manifest: WeightsManifest): Promise<string> {
  const hashes = findPart(manifest, 'backbone').shards.map((shard) => shard.sha256);
  return sha256Hex(new TextEncoder().encode(hashes.join('')));
}
