import { afterEach, describe, expect, it } from 'vitest';
import type { MortalApi } from '../testing/rpc/mortal.worker.ts';
import { createWorkerClient, type WorkerClient } from './client.ts';

let client: WorkerClient<MortalApi> | null = null;
let started = 0;

function startClient(): WorkerClient<MortalApi> {
  started = 0;
  client = createWorkerClient<MortalApi>(() => {
    started += 1;
    return new Worker(new URL('../testing/rpc/mortal.worker.ts', import.meta.url), { type: 'module' });
  });
  return client;
}

afterEach(() => client?.terminate());

describe('a real worker that ends without a word', () => {
  it('fails every pending call by name, and the next call starts another', async () => {
    const { call } = startClient();
    await expect(call('echo', 1)).resolves.toBe(1);
    const pending = [call('wait', null), call('wait', null), call('end', null)];
    for (const one of pending) await expect(one).rejects.toMatchObject({ code: 'workerDied' });
    await expect(call('echo', 2)).resolves.toBe(2);
    expect(started).toBe(2);
  });

  it('is found in its first call, too', async () => {
    const { call } = startClient();
    await expect(call('end', null)).rejects.toMatchObject({ code: 'workerDied' });
  });

  it('is told of where nobody waits for it', async () => {
    const mortal = startClient();
    const deaths: boolean[] = [];
    mortal.onDeath((_error, wasIdle) => deaths.push(wasIdle));
    const dropped = new AbortController();
    const end = mortal.call('end', null, { signal: dropped.signal });
    dropped.abort();
    await expect(end).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => deaths, { timeout: 5000 }).toEqual([true]);
    await expect(mortal.call('echo', 3)).resolves.toBe(3);
  });

  it('is not mistaken for one that computes', async () => {
    const { call } = startClient();
    const answers = [call('compute', 1500), call('echo', 4)];
    await expect(Promise.all(answers)).resolves.toEqual([null, 4]);
    expect(started).toBe(1);
  });

  it('leaves one that was ended on purpose to its successor', async () => {
    const mortal = startClient();
    let deaths = 0;
    mortal.onDeath(() => {
      deaths += 1;
    });
    await mortal.call('echo', 1);
    const ended = mortal.call('wait', null);
    mortal.terminate();
    await expect(ended).rejects.toMatchObject({ code: 'workerDied' });
    const slow = mortal.call('compute', 500);
    await expect(slow).resolves.toBeNull();
    expect(deaths).toBe(0);
  });
});
