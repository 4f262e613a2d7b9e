import { beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../shared/sha256.ts';
import { openWeightsCache, WEIGHTS_CACHE_NAME, type WeightsCache } from './cache.ts';
import { loadManifest, loadPart, toWeights } from './load.ts';

const MANIFEST_URL = new URL('/weights/resnet50/manifest.json', location.href).href;

const noNetwork = (): Promise<Response> => Promise.reject(new TypeError('the cable is out'));

async function openCache(): Promise<WeightsCache> {
  const cache = await openWeightsCache();
  if (!cache) throw new Error('this browser has no Cache Storage');
  return cache;
}

async function keptShardKey(): Promise<{ cache: Cache; request: Request }> {
  const cache = await caches.open(WEIGHTS_CACHE_NAME);
  const request = (await cache.keys()).find((candidate) => candidate.url.includes('top-01.bin'));
  if (!request) throw new Error('the shard was not kept');
  return { cache, request };
}

describe('the real weights and the real Cache Storage', () => {
  beforeEach(() => caches.delete(WEIGHTS_CACHE_NAME));

  it('loads the ImageNet top, and again without the network', async () => {
    const first = { cache: await openCache(), baseUrl: MANIFEST_URL };
    const manifest = await loadManifest(MANIFEST_URL, first);
    const bytes = await loadPart(manifest, 'top', first);
    const weights = toWeights(manifest, 'top', bytes);
    expect(weights['fc1000/kernel']?.shape).toEqual([2048, 1000]);
    expect(weights['fc1000/bias']?.values.every(Number.isFinite)).toBe(true);

    const second = { cache: await openCache(), baseUrl: MANIFEST_URL, fetch: noNetwork };
    const again = await loadManifest(MANIFEST_URL, second);
    expect(again).toEqual(manifest);
    expect(await sha256Hex(await loadPart(again, 'top', second))).toBe(await sha256Hex(bytes));
  });

  it('replaces a kept shard that has gone bad', async () => {
    const options = { cache: await openCache(), baseUrl: MANIFEST_URL };
    const manifest = await loadManifest(MANIFEST_URL, options);
    const bytes = await loadPart(manifest, 'top', options);
    const { cache, request } = await keptShardKey();
    await cache.put(request, new Response(bytes.map((byte) => byte ^ 1)));

    expect(await sha256Hex(await loadPart(manifest, 'top', options))).toBe(await sha256Hex(bytes));
    const kept = await cache.match(request);
    const keptBytes = new Uint8Array((await kept?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(await sha256Hex(keptBytes)).toBe(await sha256Hex(bytes));
  });

  it('keeps one copy of a shard, whatever its hash was', async () => {
    const cache = await openCache();
    await cache.write('https://example.org/a.bin?sha256=1', Uint8Array.of(1));
    await cache.write('https://example.org/a.bin?sha256=2', Uint8Array.of(2));
    expect(await cache.read('https://example.org/a.bin?sha256=1')).toBeNull();
    expect(await cache.read('https://example.org/a.bin?sha256=2')).toEqual(Uint8Array.of(2));
  });
});
