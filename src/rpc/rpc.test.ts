import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { createWorkerClient, type WorkerClient } from './client.ts';
import type { Method } from './protocol.ts';
import type { Handlers } from './server.ts';
import { createTestWorker, type TestWorker } from './testWorker.ts';

interface TestApi {
  double: Method<{ value: number }, never, number>;
  count: Method<{ to: number }, number, number>;
  wait: Method<null, never, string>;
  fail: Method<{ code: 'storageFull' | 'other' }, never, null>;
}

const handlers: Handlers<TestApi> = {
  double: async ({ value }) => value * 2,
  async count({ to }, { progress }) {
    for (let i = 1; i <= to; i++) progress(i);
    return to;
  },
  wait: (_args, { signal, finishSignal }) =>
    new Promise((resolve, reject) => {
      finishSignal.addEventListener('abort', () => resolve('finished early'));
      signal.addEventListener('abort', () => reject(new AppError('cancelled')));
    }),
  async fail({ code }) {
    if (code === 'storageFull') throw new AppError('storageFull', { neededBytes: 5 });
    throw new TypeError('no such thing');
  },
};

function setUp() {
  const spawned: TestWorker[] = [];
  const client: WorkerClient<TestApi> = createWorkerClient<TestApi>(() => {
    const worker = createTestWorker<TestApi>(handlers);
    spawned.push(worker);
    return worker;
  });
  return { client, spawned };
}

describe('a call to a worker', () => {
  it('answers, and mixes up no two calls under way', async () => {
    const { client, spawned } = setUp();
    const answers = await Promise.all([1, 2, 3].map((value) => client.call('double', { value })));
    expect(answers).toEqual([2, 4, 6]);
    expect(spawned).toHaveLength(1);
    client.terminate();
  });

  it('reports progress in order, before the result', async () => {
    const { client } = setUp();
    const seen: number[] = [];
    await expect(client.call('count', { to: 3 }, { onProgress: (i) => seen.push(i) })).resolves.toBe(3);
    expect(seen).toEqual([1, 2, 3]);
    client.terminate();
  });

  it('keeps the code and details of an error, and calls a foreign one unexpected', async () => {
    const { client } = setUp();
    await expect(client.call('fail', { code: 'storageFull' })).rejects.toMatchObject({
      code: 'storageFull',
      details: { neededBytes: 5 },
    });
    await expect(client.call('fail', { code: 'other' })).rejects.toMatchObject({
      code: 'unexpected',
      details: { message: 'no such thing' },
    });
    client.terminate();
  });

  it('is dropped by cancel and shortened by finish', async () => {
    const { client } = setUp();
    const cancel = new AbortController();
    const dropped = client.call('wait', null, { signal: cancel.signal });
    cancel.abort();
    await expect(dropped).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.call('wait', null, { signal: cancel.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });

    const finish = new AbortController();
    const shortened = client.call('wait', null, { finishSignal: finish.signal });
    finish.abort();
    await expect(shortened).resolves.toBe('finished early');
    client.terminate();
  });
});

describe('a worker that dies', () => {
  it('fails every pending call by name, and the next call starts another', async () => {
    const { client, spawned } = setUp();
    const pending = [client.call('wait', null), client.call('wait', null)];
    spawned[0]?.onerror?.({ message: 'out of memory' });
    for (const call of pending) {
      await expect(call).rejects.toMatchObject({ code: 'workerDied', details: { message: 'out of memory' } });
    }
    await expect(client.call('double', { value: 4 })).resolves.toBe(8);
    expect(spawned).toHaveLength(2);
    client.terminate();
  });

  it('cannot end its successor by a late event', async () => {
    const { client, spawned } = setUp();
    await client.call('double', { value: 1 });
    client.terminate();
    const next = client.call('double', { value: 5 });
    spawned[0]?.onerror?.({ message: 'late' });
    await expect(next).resolves.toBe(10);
    client.terminate();
  });

  it('rejects the call whose arguments cannot be sent, and only that', async () => {
    const { client } = setUp();
    const unsendable = { value: (() => 1) as unknown as number };
    await expect(client.call('double', unsendable)).rejects.toMatchObject({ code: 'unexpected' });
    await expect(client.call('double', { value: 3 })).resolves.toBe(6);
    client.terminate();
  });
});
