import { describe, expect, it, vi } from 'vitest';
import type { BackendName } from '../../domain/backends.ts';
import { createWorkerClient } from '../../rpc/client.ts';
import type { EngineApi, PrepareResult } from '../../rpc/engineApi.ts';
import { createPauseSwitch } from '../../rpc/pause.ts';
import type { ArgsOf } from '../../rpc/protocol.ts';
import type { Handlers } from '../../rpc/server.ts';
import type { TrainArgs, TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { createTestWorker, type TestWorker } from '../../testing/rpc/fakeWorker.ts';
import { resumedFrom } from '../../testing/rpc/trainingEngine.ts';
import { createEngine, type EnginePart, type RestartCode } from './engineControl.ts';

const BACKBONE = {
  id: 'tiny',
  fingerprint: 'f',
  inputSizePx: 8,
  featureCount: 4,
  resize: { fit: 'stretch', cropFraction: 1, version: 1 },
} as const;

const PREPARED: PrepareResult = {
  report: { chosen: 'wasm', arithmetic: 'float32', workers: 1, candidates: [] },
  backbone: BACKBONE,
  weightsFromCache: true,
  networks: [],
  published: 'resnet50',
};

/** The real client and server over a channel; only what computes is replaced. */
function engineOver(handlers: Partial<Handlers<EngineApi>>) {
  /** What each worker was started with. */
  const prepared: Pick<ArgsOf<EngineApi['prepare']>, 'preference' | 'lost' | 'setbacks'>[] = [];
  const parts: EnginePart[] = [];
  const workers: TestWorker[] = [];
  const restarts: [RestartCode, BackendName | null][] = [];
  let preference: 'auto' | 'wasm' = 'auto';
  const order: readonly BackendName[] = ['webgpu', 'webgl', 'wasm'];
  const client = createWorkerClient<EngineApi>(() => {
    const worker = createTestWorker<EngineApi>({
      prepare: async (args) => {
        parts.push(args.isBare ? 'bare' : 'whole');
        if (args.isBare) prepared.push(args);
        const chosen = order.find((name) => !args.lost.includes(name)) ?? 'wasm';
        return { ...PREPARED, report: { ...PREPARED.report, chosen } };
      },
      ...handlers,
    } as Handlers<EngineApi>);
    workers.push(worker);
    return worker;
  });
  const engine = createEngine({
    client,
    baseUrl: 'http://localhost/',
    preference: () => preference,
    own: () => null,
    exact: () => false,
    onRestart: (code, backend) => restarts.push([code, backend]),
  });
  return {
    engine,
    prepared,
    parts,
    restarts,
    workers,
    prefer: (next: typeof preference) => {
      preference = next;
      engine.restart();
    },
  };
}

const NO_PICTURES = () => ({ pictures: [], arithmetic: 'float32' as const });
const EXTRACTED = { extracted: 0, reused: 0, failed: [], elapsedMs: 1 };

describe('the engine', () => {
  it('prepares once for all who ask', async () => {
    const { engine, prepared } = engineOver({});
    await Promise.all([engine.ensureEngine(), engine.ensureEngine(), engine.ensureEngine()]);
    expect(prepared).toHaveLength(1);
    expect(engine.store.getState()).toMatchObject({ status: 'ready', report: { chosen: 'webgpu' } });
  });

  it('loads the backbone once somebody needs it, and not before', async () => {
    const { engine, parts, workers } = engineOver({ extractFeatures: async () => EXTRACTED });
    await Promise.all([engine.ensureEngine(undefined, 'bare'), engine.ensureEngine(undefined, 'bare')]);
    expect(engine.store.getState()).toMatchObject({ status: 'ready', hasBackbone: false });
    await Promise.all([engine.engineCall('extractFeatures', NO_PICTURES), engine.ensureEngine()]);
    expect(engine.store.getState()).toMatchObject({ status: 'ready', hasBackbone: true });
    await engine.ensureEngine(undefined, 'bare');
    expect(parts).toEqual(['bare', 'whole']);
    expect(workers).toHaveLength(1);
    engine.restart();
    await engine.ensureEngine();
    expect(parts).toEqual(['bare', 'whole', 'bare', 'whole']);
  });

  it('waits for what is under way, whichever part of it is asked first', async () => {
    const { engine, parts, workers } = engineOver({});
    await Promise.all([
      engine.ensureEngine(undefined, 'bare'),
      engine.ensureEngine(),
      engine.ensureEngine(undefined, 'bare'),
    ]);
    expect(parts).toEqual(['bare', 'whole']);
    const other = engineOver({});
    await Promise.all([other.engine.ensureEngine(), other.engine.ensureEngine(undefined, 'bare')]);
    expect(other.parts).toEqual(['bare', 'whole']);
    expect([workers.length, other.workers.length]).toEqual([1, 1]);
  });

  it('goes on without the backbone where that cannot be had, and tries again when asked', async () => {
    let isOffline = true;
    const { engine, workers } = engineOver({
      prepare: async ({ isBare }) => {
        if (isOffline && !isBare) throw new AppError('weightsNetwork', { file: 'a' });
        return PREPARED;
      },
    });
    await engine.ensureEngine(undefined, 'bare');
    await expect(engine.ensureEngine()).rejects.toMatchObject({ code: 'weightsNetwork' });
    expect(engine.store.getState()).toMatchObject({ status: 'ready', hasBackbone: false });
    await engine.ensureEngine(undefined, 'bare');
    isOffline = false;
    await engine.ensureEngine();
    expect(engine.store.getState()).toMatchObject({ status: 'ready', hasBackbone: true, error: null });
    // A run from scratch may have been going on in it.
    expect(workers).toHaveLength(1);
  });

  it('starts a fresh worker with all of it where its death was the answer', async () => {
    let deaths = 1;
    const { engine, restarts } = engineOver({
      prepare: async ({ isBare }) => {
        if (!isBare && deaths-- > 0) throw new AppError('outOfMemory');
        return PREPARED;
      },
    });
    await engine.ensureEngine(undefined, 'bare');
    await engine.ensureEngine();
    expect(engine.store.getState()).toMatchObject({ status: 'ready', hasBackbone: true });
    expect(restarts).toEqual([['outOfMemory', 'wasm']]);
  });

  it('lets a run from scratch go on whatever becomes of the backbone that somebody else wants', async () => {
    const codes = ['outOfMemory', 'workerDied', 'outOfMemory', 'weightsNetwork'] as const;
    let tries = 0;
    let begun = 0;
    let finish: () => void = () => undefined;
    const { engine } = engineOver({
      prepare: async ({ isBare }) => {
        if (!isBare) throw new AppError(codes[tries++] ?? 'unexpected');
        return PREPARED;
      },
      findUnreadable: () => {
        begun += 1;
        return new Promise((resolve) => {
          finish = () => resolve({ failed: [], colours: null });
        });
      },
    });
    const args = () => ({ network: { backboneId: 'plain-cnn', inputSizePx: 28 }, pictures: [] });
    const run = engine.engineCall('findUnreadable', args, { part: 'bare' });
    await vi.waitFor(() => expect(begun).toBe(1));
    await expect(engine.ensureEngine()).rejects.toMatchObject({ code: 'outOfMemory' });
    expect(tries).toBe(3);
    // In a worker of its own by now.
    await vi.waitFor(() => expect(begun).toBeGreaterThan(1));
    await expect(engine.ensureEngine()).rejects.toMatchObject({ code: 'weightsNetwork' });
    finish();
    await expect(run).resolves.toEqual({ failed: [], colours: null });
  });

  it('fails as a whole where it does not even start, and is tried again as a whole', async () => {
    let isBroken = true;
    const asked: boolean[] = [];
    const { engine } = engineOver({
      prepare: async ({ isBare }) => {
        asked.push(isBare);
        if (isBroken) throw new AppError('noBackend');
        return PREPARED;
      },
    });
    const both = [engine.ensureEngine(undefined, 'bare'), engine.ensureEngine()];
    for (const one of await Promise.allSettled(both))
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'noBackend' } });
    expect([asked, engine.store.getState().status]).toEqual([[true], 'failed']);
    isBroken = false;
    await engine.ensureEngine();
    expect(asked).toEqual([true, true, false]);
    expect(engine.store.getState()).toMatchObject({ status: 'ready', hasBackbone: true });
  });

  it('prepares again after a worker that died at rest, and takes on less from then on', async () => {
    const { engine, prepared, restarts, workers } = engineOver({ extractFeatures: async () => EXTRACTED });
    await engine.ensureEngine();
    workers[0]?.onerror?.({ message: 'killed' });
    await expect(engine.engineCall('extractFeatures', NO_PICTURES)).resolves.toEqual(EXTRACTED);
    expect(prepared.map(({ setbacks }) => setbacks)).toEqual([0, 1]);
    // Nothing was under way that would go on from anywhere.
    expect(restarts).toEqual([]);
  });

  it('survives a preparation that runs out of memory, in words and with less, but not for ever', async () => {
    const tried: number[] = [];
    let room = 1;
    const { engine, restarts } = engineOver({
      prepare: async ({ setbacks, isBare }) => {
        if (isBare) tried.push(setbacks);
        if (setbacks < room) throw new AppError('outOfMemory');
        return PREPARED;
      },
    });
    await engine.ensureEngine();
    expect(tried).toEqual([0, 1]);
    expect(restarts).toEqual([['outOfMemory', null]]);
    room = 99;
    engine.restart();
    await expect(engine.ensureEngine()).rejects.toMatchObject({ code: 'outOfMemory' });
    expect(tried).toEqual([0, 1, 1, 2, 3]);
    room = 0;
    await engine.ensureEngine();
    expect(engine.store.getState().status).toBe('ready');
  });

  it('keeps a failed preparation and tries again when asked', async () => {
    let broken = true;
    const { engine } = engineOver({
      prepare: async () => {
        if (broken) throw new AppError('weightsMissing');
        return PREPARED;
      },
    });
    await expect(engine.ensureEngine()).rejects.toMatchObject({ code: 'weightsMissing' });
    expect(engine.store.getState().status).toBe('failed');
    broken = false;
    await engine.ensureEngine();
    expect(engine.store.getState()).toMatchObject({ status: 'ready', error: null });
  });

  it('moves to the next backend when a device is lost and lets the call go on from its checkpoint', async () => {
    const seen: (number | string | null)[] = [];
    const { engine, prepared, restarts } = engineOver({
      train: async (args: TrainArgs): Promise<TrainResult> => {
        seen.push(resumedFrom(args));
        if (seen.length <= 2) throw new AppError('deviceLost');
        return {} as TrainResult;
      },
    });
    let epoch = 0;
    await engine.engineCall('train', () => {
      epoch += 3;
      return { resumeFrom: { epoch } } as unknown as TrainArgs;
    });
    expect(seen).toEqual([3, 6, 9]);
    expect(prepared.map(({ lost }) => lost)).toEqual([[], ['webgpu'], ['webgpu', 'webgl']]);
    expect(restarts).toEqual([
      ['deviceLost', 'webgpu'],
      ['deviceLost', 'webgl'],
    ]);
    expect(engine.store.getState().lostBackends).toEqual(['webgpu', 'webgl']);
  });

  it('gives up after the second restart for memory', async () => {
    let calls = 0;
    const { engine } = engineOver({
      extractFeatures: async () => {
        calls += 1;
        throw new AppError('outOfMemory');
      },
    });
    await expect(engine.engineCall('extractFeatures', NO_PICTURES)).rejects.toMatchObject({
      code: 'outOfMemory',
    });
    expect(calls).toBe(3);
  });

  it('keeps quiet about a call that nobody asked for, and does not make it again', async () => {
    let calls = 0;
    const { engine, restarts, prepared } = engineOver({
      extractFeatures: async () => {
        calls += 1;
        throw new AppError('outOfMemory');
      },
    });
    const options = { retry: false, quiet: true };
    await expect(engine.engineCall('extractFeatures', NO_PICTURES, options)).rejects.toMatchObject({
      code: 'outOfMemory',
    });
    expect([calls, restarts.length]).toEqual([1, 0]);
    await engine.ensureEngine();
    expect(prepared).toHaveLength(2);
  });

  it('does not repeat a call that failed for its own reasons', async () => {
    let calls = 0;
    const { engine, restarts } = engineOver({
      extractFeatures: async () => {
        calls += 1;
        throw new AppError('notFinite');
      },
    });
    await expect(engine.engineCall('extractFeatures', NO_PICTURES)).rejects.toMatchObject({
      code: 'notFinite',
    });
    expect([calls, restarts.length]).toEqual([1, 0]);
  });

  it('lets running calls go on after the person chose another backend', async () => {
    let calls = 0;
    let tellStarted: () => void;
    const started = new Promise<void>((resolve) => {
      tellStarted = resolve;
    });
    const { engine, prefer, prepared, restarts } = engineOver({
      extractFeatures: async () => {
        calls += 1;
        if (calls > 1) return EXTRACTED;
        tellStarted();
        return new Promise(() => undefined);
      },
    });
    const call = engine.engineCall('extractFeatures', NO_PICTURES);
    await started;
    prefer('wasm');
    expect(await call).toEqual(EXTRACTED);
    expect(prepared.map(({ preference }) => preference)).toEqual(['auto', 'wasm']);
    expect(restarts).toEqual([]);
  });

  it('makes a paused call again at rest', async () => {
    const begun: boolean[] = [];
    const { engine } = engineOver({
      extractFeatures: async (_args, { pauseGate }) => {
        begun.push(pauseGate.isPaused);
        if (begun.length === 1) throw new AppError('workerDied');
        await pauseGate.wait();
        return EXTRACTED;
      },
    });
    const pause = createPauseSwitch();
    pause.set(true);
    let isDone = false;
    const call = engine.engineCall('extractFeatures', NO_PICTURES, { pause }).finally(() => {
      isDone = true;
    });
    await expect.poll(() => begun).toEqual([true, true]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isDone).toBe(false);
    pause.set(false);
    await expect(call).resolves.toEqual(EXTRACTED);
  });

  it('restarts once when several calls die together', async () => {
    let calls = 0;
    const { engine, prepared } = engineOver({
      extractFeatures: async () => {
        calls += 1;
        if (calls === 2) throw new AppError('deviceLost');
        return calls > 2 ? EXTRACTED : new Promise(() => undefined);
      },
    });
    const both = [1, 2].map(() => engine.engineCall('extractFeatures', NO_PICTURES));
    expect(await Promise.all(both)).toEqual([EXTRACTED, EXTRACTED]);
    expect(prepared).toHaveLength(2);
  });

  it('stops waiting when cancelled, and keeps preparing', async () => {
    const { engine } = engineOver({});
    const cancel = new AbortController();
    const waiting = engine.ensureEngine(cancel.signal);
    cancel.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await engine.ensureEngine();
    expect(engine.store.getState().status).toBe('ready');
  });
});
