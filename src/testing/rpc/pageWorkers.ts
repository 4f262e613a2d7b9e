/** The workers of a page under test: every one is the real one but the engine, which needs the weights. */

import { vi } from 'vitest';
import type { EngineApi, PrepareResult } from '../../rpc/engineApi.ts';
import type { Handlers } from '../../rpc/server.ts';
import { createTestWorker } from './fakeWorker.ts';

export const PREPARED: PrepareResult = {
  report: { chosen: 'cpu', arithmetic: 'int8', workers: 1, candidates: [] },
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

export interface PageWorkers {
  /** What the engine answers with; a test may change it at any time. */
  readonly engine: Partial<Handlers<EngineApi>>;
  /** Ends every worker of that script as a crash does. @throws Error if there was none */
  kill(script: 'engine' | 'intake'): void;
}

/** Takes the place of `Worker` from now on; call it before the first worker starts. */
export function watchPageWorkers(): PageWorkers {
  const engine: Partial<Handlers<EngineApi>> = { prepare: async () => PREPARED };
  const started: { readonly script: string; readonly worker: Worker }[] = [];
  const RealWorker = globalThis.Worker;
  vi.stubGlobal('Worker', function StartWorker(url: URL, options: WorkerOptions) {
    const script = /(\w+)\.worker\./.exec(String(url))?.[1] ?? '';
    const worker =
      script === 'engine'
        ? createTestWorker<EngineApi>(engine as Handlers<EngineApi>)
        : new RealWorker(url, options);
    started.push({ script, worker });
    return worker;
  });
  return {
    engine,
    kill(script) {
      const victims = started.filter((one) => one.script === script);
      if (victims.length === 0) throw new Error(`no worker of ${script}`);
      // One that was replaced since is nobody's any more, and nobody hears of it.
      for (const { worker } of victims) worker.onerror?.call(worker, { message: 'killed' } as ErrorEvent);
    },
  };
}
