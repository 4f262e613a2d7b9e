/** Where checked bytes stay between visits. Behind an interface, because an insecure origin has no Cache Storage. */
import { toAppError } from '../shared/errors.ts';

export const WEIGHTS_CACHE_NAME = 'headstart-weights-v1';

export interface WeightsCache {
  read(key: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Replaces whatever was kept for the same address, whatever its hash. */
  write(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Address plus hash: weights that changed under the same address are not mistaken for the old ones. */
export function toCacheKey(url: string, sha256: string): string {
  const key = new URL(url);
  key.search = `?sha256=${sha256}`;
  return key.href;
}

/** The browser's Cache Storage, or null where there is none or it is forbidden (insecure origin, private mode). */
export async function openWeightsCache(): Promise<WeightsCache | null> {
  if (!('caches' in globalThis)) return null;
  let cache: Cache;
  try {
    cache = await caches.open(WEIGHTS_CACHE_NAME);
  } catch (error) {
    console.warn('weights cannot be kept between visits', error);
    return null;
  }
  return {
    async read(key) {
      const response = await cache.match(key);
      return response ? new Uint8Array(await response.arrayBuffer()) : null;
    },
    async write(key, bytes) {
      await cache.delete(key, { ignoreSearch: true });
      const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(bytes.length) };
      await cache.put(key, new Response(bytes, { headers }));
    },
  };
}

/** A cache that cannot be read is as good as an empty one. */
export async function readIfPossible(
  cache: WeightsCache | null,
  key: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return (await cache?.read(key)) ?? null;
  } catch (error) {
    console.warn(`${key} could not be read from the cache: ${toAppError(error).code}`, error);
    return null;
  }
}

/** A full disk must not keep anybody from working: without a cache the next visit loads again, that is all. */
export async function writeIfPossible(
  cache: WeightsCache | null,
  key: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  try {
    await cache?.write(key, bytes);
  } catch (error) {
    console.warn(`${key} cannot be kept between visits: ${toAppError(error).code}`, error);
  }
}
