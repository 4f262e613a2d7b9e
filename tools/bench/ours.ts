/** Our side of the bench: the app's own workers behind a page without a view. */

import type { Arithmetic, BackendPreference } from '../../src/domain/backends.ts';
import { createWorkerClient } from '../../src/rpc/client.ts';
import type { EngineApi } from '../../src/rpc/engineApi.ts';
import type { ArgsOf } from '../../src/rpc/protocol.ts';
import { createCamera, measureFrameRate } from './frames.ts';
import type { BenchHeadApi } from './headApi.ts';
import { makePicture } from './pictures.ts';

const engine = createWorkerClient<EngineApi>(
  () => new Worker(new URL('../../src/compute/engine.worker.ts', import.meta.url), { type: 'module' }),
);
const head = createWorkerClient<BenchHeadApi>(
  () => new Worker(new URL('./head.worker.ts', import.meta.url), { type: 'module' }),
);
let nextPicture = 0;
/** As the engine said. */
let arithmetic: Arithmetic = 'float32';

/** As many as the camera's page asks for. */
const LABELS_PER_FRAME = 10;

/** `preference` comes from the command line, where it was checked. */
function toPrepareArgs(preference: string, exact: boolean): ArgsOf<EngineApi['prepare']> {
  return {
    baseUrl: document.baseURI,
    preference: preference as BackendPreference,
    exact,
    own: null,
    isBare: false,
    lost: [],
    setbacks: 0,
  };
}

export interface Prepared {
  readonly backend: string;
  readonly workers: number;
  readonly weightSeconds: number;
  readonly weightBytes: number;
  readonly fromCache: boolean;
}

const bench = {
  async prepare(preference: string, exact: boolean): Promise<Prepared> {
    let startMs = 0;
    let endMs = 0;
    let weightBytes = 0;
    const { report, weightsFromCache } = await engine.call('prepare', toPrepareArgs(preference, exact), {
      onProgress: (progress) => {
        if (progress.stage === 'weights') {
          startMs ||= performance.now();
          weightBytes = progress.totalBytes;
        }
        if (progress.stage === 'workers' && progress.ready === 0) endMs = performance.now();
      },
    });
    arithmetic = report.arithmetic;
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
    const { extracted } = await engine.call('extractFeatures', { pictures, arithmetic });
    if (extracted !== count) throw new Error(`${extracted} of ${count} pictures`);
    return (performance.now() - startMs) / 1000 / count;
  },
  /** Frames a second, `inFlight` of them asked for at a time. */
  async frames(seconds: number, inFlight: number): Promise<number> {
    const answer = (frame: ImageBitmap) =>
      engine.call(
        'classifyFrame',
        { frame, classifier: { kind: 'imagenet' }, topCount: LABELS_PER_FRAME },
        { transfer: [frame] },
      );
    return measureFrameRate(await createCamera(), answer, seconds, inFlight);
  },
  /** Seconds of an epoch of the head over 1,000 pictures. */
  async headEpoch(backend: string): Promise<number> {
    return head.call('epoch', { backend: backend as 'wasm' });
  },
};
export type OursBench = typeof bench;
Object.assign(globalThis, { bench });
