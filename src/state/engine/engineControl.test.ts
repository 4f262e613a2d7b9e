import { describe, expect, it } from 'vitest';
import { createPauseSwitch } from '../../rpc/pause.ts';
import type { TrainArgs, TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { EXTRACTED, engineOver, NO_PICTURES, ON_WASM } from '../../testing/engine/engineOver.ts';
import { resumedFrom } from '../../testing/rpc/trainingEngine.ts';

describe('the engine', () => {
  it('prepares once for all who ask', async () => {
    const { engine, prepared } = engineOver({});
    await Promise.all([engine.ensureEngine(), engine.ensureEngine(), engine.ensureEngine()]);
    expect(prepared).toHaveLength(1);
    expect(engine.store.getState()).toMatchObject({ status: 'ready', report: { chosen: 'webgpu' } });
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
        return ON_WASM;
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
        return ON_WASM;
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
