import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { tinyManifest } from '../testing/weights/tiny.ts';
import type { WeightsCache } from './cache.ts';
import { fingerprint, type LoadPartOptions, loadManifest, loadPart, toWeights } from './load.ts';
import { parseManifest } from './manifest.ts';
import type { LoadProgress } from './progress.ts';

type Answer = (response: ServerResponse, body: Uint8Array, attempt: number) => void;

const good: Answer = (response, body) => response.end(body);
const corrupt: Answer = (response, body) => response.end(body.map((byte) => byte ^ 1));
const short: Answer = (response, body) => response.end(body.subarray(1));
const long: Answer = (response, body) => response.end(Buffer.concat([body, body]));
const cutOff: Answer = (response, body) => {
  response.writeHead(200, { 'Content-Length': body.length });
  response.write(body.subarray(0, 4), () => response.destroy());
};
const failing: Answer = (response) => response.writeHead(503).end();
const silent: Answer = (response, body) => {
  response.writeHead(200);
  response.write(body.subarray(0, 4));
};
const onlyFirst =
  (count: number, bad: Answer): Answer =>
  (response, body, attempt) =>
    (attempt <= count ? bad : good)(response, body, attempt);

/** A cache that keeps what it is given, in the memory of the test. */
class MemoryCache implements WeightsCache {
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  async read(key: string) {
    return this.entries.get(key)?.slice() ?? null;
  }
  async write(key: string, bytes: Uint8Array<ArrayBuffer>) {
    this.entries.set(key, bytes.slice());
  }
}

let server: Server;
let baseUrl: string;
/** File name → how it is answered; `good` where it is not named. */
let answers: Map<string, Answer>;
let requests: string[];
let files: Map<string, Uint8Array>;
const { manifest, shards } = tinyManifest();
const expected = Buffer.concat(
  ['backbone-1.bin', 'backbone-2.bin', 'backbone-3.bin'].map((path) => shards.get(path) ?? new Uint8Array()),
);

beforeEach(async () => {
  answers = new Map();
  requests = [];
  files = new Map<string, Uint8Array>(shards);
  files.set('manifest.json', new TextEncoder().encode(JSON.stringify(manifest)));
  server = createServer((request, response) => {
    const name = (request.url ?? '').split('/').at(-1) ?? '';
    requests.push(name);
    const body = files.get(name);
    if (!body) return response.writeHead(404).end();
    const attempt = requests.filter((other) => other === name).length;
    return (answers.get(name) ?? good)(response, body, attempt);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights/manifest.json`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function load(options: Partial<LoadPartOptions> = {}) {
  return loadPart(manifest, 'backbone', { baseUrl, cache: null, retryDelaysMs: [1, 1], ...options });
}

async function failureOf(promise: Promise<unknown>): Promise<{ code: string; details: object }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, details: error.details };
    throw error;
  }
  return { code: 'none', details: {} };
}

describe('loadPart', () => {
  it('joins the shards in their order', async () => {
    expect(Buffer.from(await load())).toEqual(expected);
  });

  it.each([
    ['corrupt', corrupt],
    ['short', short],
    ['long', long],
  ])('fetches a %s shard once more, then reports it', async (_, bad) => {
    answers.set('backbone-2.bin', onlyFirst(1, bad));
    expect(Buffer.from(await load())).toEqual(expected);
    expect(requests.filter((name) => name === 'backbone-2.bin')).toHaveLength(2);

    answers.set('backbone-2.bin', bad);
    requests.length = 0;
    expect(await failureOf(load())).toEqual({ code: 'weightsCorrupt', details: { file: 'backbone-2.bin' } });
    expect(requests.filter((name) => name === 'backbone-2.bin')).toHaveLength(2);
  });

  it('goes past the HTTP cache for the second try', async () => {
    answers.set('backbone-2.bin', onlyFirst(1, corrupt));
    const modes: string[] = [];
    await load({
      fetch: (url, init) => {
        if (url.endsWith('backbone-2.bin')) modes.push(String(init.cache));
        return fetch(url, init);
      },
    });
    expect(modes).toEqual(['default', 'reload']);
  });

  it.each([
    ['is cut off', cutOff],
    ['fails', failing],
    ['falls silent', silent],
  ])('tries a connection that %s twice more, then reports it', async (_, bad) => {
    answers.set('backbone-3.bin', onlyFirst(2, bad));
    expect(Buffer.from(await load({ stallMs: 100 }))).toEqual(expected);

    answers.set('backbone-3.bin', bad);
    requests.length = 0;
    expect(await failureOf(load({ stallMs: 100 }))).toEqual({
      code: 'weightsNetwork',
      details: { file: 'backbone-3.bin' },
    });
    expect(requests.filter((name) => name === 'backbone-3.bin')).toHaveLength(3);
  });

  it('does not touch the network a second time', async () => {
    const cache = new MemoryCache();
    await load({ cache });
    requests.length = 0;
    const reports: LoadProgress[] = [];
    expect(Buffer.from(await load({ cache, onProgress: (progress) => reports.push(progress) }))).toEqual(
      expected,
    );
    expect(requests).toEqual([]);
    expect(reports.at(-1)).toEqual({ loadedBytes: 72, totalBytes: 72, remainingMs: 0, fromCache: true });
  });

  it('replaces a kept shard that has gone bad', async () => {
    const cache = new MemoryCache();
    await load({ cache });
    const key = [...cache.entries.keys()].find((candidate) => candidate.includes('backbone-1.bin')) as string;
    cache.entries.set(key, new Uint8Array(10));
    requests.length = 0;
    expect(Buffer.from(await load({ cache }))).toEqual(expected);
    expect(requests).toEqual(['backbone-1.bin']);
    expect(Buffer.from(cache.entries.get(key) ?? [])).toEqual(
      Buffer.from(shards.get('backbone-1.bin') ?? []),
    );
  });

  it('works with a cache that refuses everything', async () => {
    const cache: WeightsCache = {
      read: () => Promise.reject(new DOMException('no', 'InvalidStateError')),
      write: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    };
    expect(Buffer.from(await load({ cache }))).toEqual(expected);
  });

  it('never lets the bar run backwards', async () => {
    answers.set('backbone-1.bin', onlyFirst(1, corrupt));
    answers.set('backbone-3.bin', onlyFirst(2, cutOff));
    const reports: LoadProgress[] = [];
    await load({ onProgress: (progress) => reports.push(progress) });
    const loaded = reports.map((report) => report.loadedBytes);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(reports.at(-1)).toMatchObject({ loadedBytes: 72, totalBytes: 72, fromCache: false });
  });

  it('stops when it is cancelled', async () => {
    answers.set('backbone-2.bin', silent);
    const controller = new AbortController();
    const loading = failureOf(load({ signal: controller.signal }));
    setTimeout(() => controller.abort(), 50);
    expect((await loading).code).toBe('cancelled');
    expect((await failureOf(load({ signal: controller.signal }))).code).toBe('cancelled');
  });
});

describe('loadManifest', () => {
  it('reads, checks and keeps it', async () => {
    const cache = new MemoryCache();
    expect(await loadManifest(baseUrl, { cache })).toEqual(parseManifest(manifest));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await loadManifest(baseUrl, { cache })).toEqual(parseManifest(manifest));
  });

  it('prefers what the server has now', async () => {
    const cache = new MemoryCache();
    await loadManifest(baseUrl, { cache });
    files.set(
      'manifest.json',
      new TextEncoder().encode(JSON.stringify({ ...manifest, labels: ['up', 'down'] })),
    );
    expect((await loadManifest(baseUrl, { cache })).labels).toEqual(['up', 'down']);
  });

  it('says what is wrong', async () => {
    answers.set('manifest.json', failing);
    expect(await failureOf(loadManifest(baseUrl, { cache: null }))).toEqual({
      code: 'weightsNetwork',
      details: { file: 'manifest.json' },
    });
    answers.set('manifest.json', (response) => response.end('{"format":"headst'));
    expect((await failureOf(loadManifest(baseUrl, { cache: null }))).code).toBe('weightsInvalid');
    answers.set('manifest.json', (response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>'),
    );
    expect((await failureOf(loadManifest(baseUrl, { cache: null }))).code).toBe('weightsMissing');
    files.delete('manifest.json');
    expect((await failureOf(loadManifest(baseUrl, { cache: null }))).code).toBe('weightsMissing');
  });
});

describe('toWeights', () => {
  it('cuts the stream into tensors of float32', async () => {
    const weights = toWeights(manifest, 'backbone', await load());
    expect(Object.keys(weights)).toEqual(['conv/kernel', 'conv/bias', 'deep/kernel', 'deep/bias']);
    expect(weights['conv/bias']).toEqual({
      shape: [4],
      values: Float32Array.of(12 / 64, 13 / 64, 14 / 64, 15 / 64),
    });
  });
});

describe('fingerprint', () => {
  it('changes with the backbone and not with the top', async () => {
    const [first, other] = [structuredClone(manifest), structuredClone(manifest)];
    for (const shard of first.parts[1]?.shards ?? []) shard.sha256 = '0'.repeat(64);
    for (const shard of other.parts[0]?.shards ?? []) shard.sha256 = '0'.repeat(64);
    expect(await fingerprint(first)).toBe(await fingerprint(manifest));
    expect(await fingerprint(other)).not.toBe(await fingerprint(manifest));
  });
});
