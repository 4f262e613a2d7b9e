import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClassifyResult } from '../../domain/classification.ts';
import type { EngineApi, PrepareResult } from '../../rpc/engineApi.ts';
import type { Handlers } from '../../rpc/server.ts';
import { AppError } from '../../shared/errors.ts';
import { createTestWorker, type TestWorker } from '../../testing/rpc/fakeWorker.ts';
import { classifyLive } from './camera.ts';
import type { LiveResult } from './live.ts';

const WORKERS = 3;
const PREPARED: PrepareResult = {
  report: { chosen: 'cpu', arithmetic: 'int8', workers: WORKERS, candidates: [] },
  backbone: {
    id: 'tiny',
    fingerprint: 'f',
    inputSizePx: 8,
    featureCount: 4,
    resize: { fit: 'stretch', cropFraction: 1, version: 1 },
  },
  weightsFromCache: true,
  networks: [],
  published: 'resnet50',
};
const answerOf = (label: string): ClassifyResult => ({ top: [{ label, probability: 1 }], elapsedMs: 1 });

/** A frame that waits for its answer. */
interface Asked {
  readonly answer: (result: ClassifyResult) => void;
  readonly fail: (error: AppError) => void;
}

const asked: Asked[] = [];
const engines: TestWorker[] = [];

/** The page's own engine over a worker that leaves the answers to the test. */
function spawnEngine(): Worker {
  const worker = createTestWorker<EngineApi>({
    prepare: async () => PREPARED,
    classifyFrame: () => new Promise((answer, fail) => void asked.push({ answer, fail })),
  } as Partial<Handlers<EngineApi>> as Handlers<EngineApi>);
  engines.push(worker);
  return worker;
}

/** A camera that counts how many at a time ask it for a picture. */
function createCamera() {
  const canvas = new OffscreenCanvas(2, 2);
  canvas.getContext('2d');
  const camera = {
    taken: 0,
    asking: 0,
    mostAsking: 0,
    async takeFrame(): Promise<ImageBitmap> {
      camera.asking += 1;
      camera.mostAsking = Math.max(camera.mostAsking, camera.asking);
      await new Promise((resolve) => setTimeout(resolve, 5));
      camera.asking -= 1;
      camera.taken += 1;
      return createImageBitmap(canvas);
    },
  };
  return camera;
}

const framesAsked = (count: number) => expect.poll(() => asked.length).toBe(count);

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('Worker', function Worker() {
    return spawnEngine();
  });
});

afterEach(() => vi.unstubAllGlobals());

describe('classifyLive', () => {
  it('has a frame with each worker, every one a picture of its own, and no queue', async () => {
    const end = new AbortController();
    const camera = createCamera();
    const results: LiveResult[] = [];
    const done = classifyLive(camera.takeFrame, (result) => results.push(result), end.signal);
    await framesAsked(WORKERS);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([asked.length, camera.taken, camera.mostAsking]).toEqual([WORKERS, WORKERS, 1]);
    asked[0]?.answer(answerOf('cat'));
    await framesAsked(WORKERS + 1);
    expect(results).toHaveLength(1);
    end.abort();
    await done;
  });

  it('does not step back to a frame that was overtaken', async () => {
    const end = new AbortController();
    const results: LiveResult[] = [];
    const done = classifyLive(createCamera().takeFrame, (result) => results.push(result), end.signal);
    await framesAsked(WORKERS);
    asked[2]?.answer(answerOf('new'));
    await expect.poll(() => results.length).toBe(1);
    asked[0]?.answer(answerOf('old'));
    await framesAsked(WORKERS + 2);
    asked[4]?.answer(answerOf('newest'));
    await expect.poll(() => results.length).toBe(2);
    const labels = results.map(({ top }) => top.map(({ label }) => label));
    expect(labels).toEqual([['new'], ['new', 'newest']]);
    end.abort();
    await done;
  });

  it('goes on when the engine dies, whatever was in flight', async () => {
    const end = new AbortController();
    const results: LiveResult[] = [];
    const done = classifyLive(createCamera().takeFrame, (result) => results.push(result), end.signal);
    await framesAsked(WORKERS);
    engines.at(-1)?.onerror?.({ message: 'killed' });
    await framesAsked(2 * WORKERS);
    asked.at(-1)?.answer(answerOf('cat'));
    await expect.poll(() => results.length).toBe(1);
    end.abort();
    await done;
  });

  it('gives up after three losses in a row', async () => {
    const done = classifyLive(createCamera().takeFrame, () => undefined, new AbortController().signal);
    const outcome = expect(done).rejects.toMatchObject({ code: 'notFinite' });
    let failed = 0;
    const failAll = setInterval(() => {
      for (; failed < asked.length; failed++) asked[failed]?.fail(new AppError('notFinite', { epoch: 0 }));
    }, 20);
    await outcome;
    clearInterval(failAll);
    expect(failed).toBeLessThanOrEqual(4 * WORKERS);
  });
});
