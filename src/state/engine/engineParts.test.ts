import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { EXTRACTED, engineOver, NO_PICTURES, ON_WASM } from '../../testing/engine/engineOver.ts';

describe('an engine that is bare or whole', () => {
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
        return ON_WASM;
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
        return ON_WASM;
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
        return ON_WASM;
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
        return ON_WASM;
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
});
