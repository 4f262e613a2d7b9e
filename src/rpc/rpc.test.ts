import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { createTestWorker, type TestWorker } from '../testing/rpc/fakeWorker.ts';
import { createWorkerClient, type WorkerClient } from './client.ts';
import { createPauseGate, createPauseSwitch } from './pause.ts';
import type { Method } from './protocol.ts';
import type { Handlers } from './server.ts';

interface TestApi {
  double: Method<{ value: number }, never, number>;
  count: Method<{ to: number }, number, number>;
  wait: Method<null, never, string>;
  fail: Method<{ code: 'storageFull' | 'other' }, never, null>;
  steps: Method<{ to: number }, number, string>;
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
  /** Long work as it should be: a step, a look at the messages, a rest where one is asked for. */
  async steps({ to }, { progress, signal, finishSignal, pauseGate }) {
    for (let step = 1; step <= to; step++) {
      await pauseGate.wait();
      if (signal.aborted) {
        cancelledAtStep.push(step);
        throw new AppError('cancelled');
      }
      if (finishSignal.aborted) return `finished before ${step}`;
      progress(step);
      await messagesRead();
    }
    return 'all steps';
  },
};

/** Where `steps` noticed that it was dropped; nobody gets an answer to that. */
const cancelledAtStep: number[] = [];
/** Longer than any message takes here. */
const messagesRead = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
async function manyMessagesRead(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await messagesRead();
}

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

  it('lets the worker go that has nothing to do, and no other', async () => {
    const { client, spawned } = setUp();
    const finish = new AbortController();
    const waiting = client.call('wait', null, { finishSignal: finish.signal });
    client.rest();
    finish.abort();
    await expect(waiting).resolves.toBe('finished early');
    client.rest();
    await expect(client.call('double', { value: 4 })).resolves.toBe(8);
    expect(spawned).toHaveLength(2);
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

describe('a call that is paused', () => {
  it('rests after the step under way, and goes on where it was', async () => {
    const { client } = setUp();
    const pause = createPauseSwitch();
    const seen: number[] = [];
    const onProgress = (step: number) => {
      seen.push(step);
      if (step === 2) pause.set(true);
    };
    const call = client.call('steps', { to: 6 }, { onProgress, pause });
    await expect.poll(() => pause.isPaused).toBe(true);
    await manyMessagesRead();
    const atRest = seen.length;
    expect(atRest).toBeLessThan(6);
    await manyMessagesRead();
    expect(seen).toHaveLength(atRest);
    pause.set(false);
    await expect(call).resolves.toBe('all steps');
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    client.terminate();
  });

  it('does not take a first step when it is made meanwhile', async () => {
    const { client } = setUp();
    const pause = createPauseSwitch();
    pause.set(true);
    const seen: number[] = [];
    const call = client.call('steps', { to: 2 }, { onProgress: (step) => seen.push(step), pause });
    await manyMessagesRead();
    expect(seen).toEqual([]);
    pause.set(false);
    await expect(call).resolves.toBe('all steps');
    client.terminate();
  });

  it('notices a cancel', async () => {
    const { client } = setUp();
    const pause = createPauseSwitch();
    pause.set(true);
    const cancel = new AbortController();
    const call = client.call('steps', { to: 2 }, { pause, signal: cancel.signal });
    await messagesRead();
    cancelledAtStep.length = 0;
    cancel.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => cancelledAtStep).toEqual([1]);
    client.terminate();
  });

  it('finishes early, and cannot be paused on the way', async () => {
    const { client } = setUp();
    const pause = createPauseSwitch();
    pause.set(true);
    const finish = new AbortController();
    const call = client.call('steps', { to: 2 }, { pause, finishSignal: finish.signal });
    finish.abort();
    pause.set(false);
    pause.set(true);
    await expect(call).resolves.toBe('finished before 1');
    client.terminate();
  });

  it('leaves others alone, and no longer listens when it has ended', async () => {
    const { client } = setUp();
    const pause = createPauseSwitch();
    await client.call('steps', { to: 1 }, { pause });
    pause.set(true);
    await expect(client.call('steps', { to: 2 })).resolves.toBe('all steps');
    client.terminate();
  });
});

describe('a pause gate', () => {
  it('counts the time at rest, and nothing else', async () => {
    const gate = createPauseGate(true);
    await messagesRead();
    const first = gate.pausedMs;
    expect(first).toBeGreaterThan(0);
    await messagesRead();
    expect(gate.pausedMs).toBeGreaterThan(first);
    gate.set(false);
    const whole = gate.pausedMs;
    await messagesRead();
    expect(gate.pausedMs).toBe(whole);
  });

  it('wakes all who wait', async () => {
    const gate = createPauseGate(true);
    const waiting = [gate.wait(), gate.wait()];
    gate.open();
    await Promise.all(waiting);
    gate.set(true);
    expect(gate.isPaused).toBe(false);
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

  it('is told from one whose script is not there: that has no message, and never answered', async () => {
    const { client, spawned } = setUp();
    const scriptMissing = {} as { message: string };
    const pending = client.call('wait', null);
    spawned[0]?.onerror?.(scriptMissing);
    await expect(pending).rejects.toMatchObject({ code: 'partMissing' });
    await client.call('double', { value: 1 });
    const later = client.call('wait', null);
    spawned[1]?.onerror?.(scriptMissing);
    await expect(later).rejects.toMatchObject({ code: 'workerDied' });
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
