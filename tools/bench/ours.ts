/** Our side of the bench: the app's own workers behind a page without a view. */
import { createWorkerClient } from '../../src/rpc/client.ts';
import type { BackendPreference, EngineApi } from '../../src/rpc/protocol.ts';
import type { BenchHeadApi } from './headApi.ts';
import { makePicture } from './pictures.ts';

const engine = createWorkerClient<EngineApi>(
  () => new Worker(new URL('../../src/compute/engine.worker.ts', import.meta.url), { type: 'module' }),
);
const head = createWorkerClient<BenchHeadApi>(
  () => new Worker(new URL('./head.worker.ts', import.meta.url), { type: 'module' }),
);
let nextPicture = 0;

export interface Prepared {
  readonly backend: string;
  readonly workers: number;
  readonly weightSeconds: number;
  readonly weightBytes: number;
  readonly fromCache: boolean;
}

const bench = {
  async prepare(preference: BackendPreference): Promise<Prepared> {
    let startMs = 0;
    let endMs = 0;
    let weightBytes = 0;
    const { report, weightsFromCache } = await engine.call(
      'prepare',
      { baseUrl: document.baseURI, preference, lost: [] },
      {
        onProgress: (progress) => {
          if (progress.stage === 'weights') {
            startMs ||= performance.now();
            weightBytes = progress.totalBytes;
          }
          if (progress.stage === 'workers' && progress.ready === 0) endMs = performance.now();
        },
      },
    );
    return {
      backend: report.chosen,
      workers: report.workers,
      weightSeconds: (endMs - startMs) / 1000,
      weightBytes,
      fromCache: weightsFromCache,
    };
  },
  /** Seconds a picture, decoding and keeping included. */
  async extract(count: number): Promise<number> {
    const pictures = [];
    for (let i = 0; i < count; i++) {
      const blob = await makePicture(nextPicture);
      pictures.push({ hash: `bench-${performance.timeOrigin}-${nextPicture++}`, blob });
    }
    const startMs = performance.now();
    const { extracted } = await engine.call('extractFeatures', { pictures });
    if (extracted !== count) throw new Error(`${extracted} of ${count} pictures`);
    return (performance.now() - startMs) / 1000 / count;
  },
  /** Seconds of an epoch of the head over 1,000 pictures. */
  async headEpoch(backend: string): Promise<number> {
    return head.call('epoch', { backend: backend as 'wasm' });
  },
};
export type OursBench = typeof bench;
Object.assign(globalThis, { bench });
