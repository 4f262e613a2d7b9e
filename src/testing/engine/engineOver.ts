/** The page's side of the engine over a worker whose answers a test makes up. */
import type { BackendName } from '../../domain/backends.ts';
import { createWorkerClient } from '../../rpc/client.ts';
import type { EngineApi, PrepareResult } from '../../rpc/engineApi.ts';
import type { ArgsOf } from '../../rpc/protocol.ts';
import type { Handlers } from '../../rpc/server.ts';
import { createEngine, type EnginePart, type RestartCode } from '../../state/engine/engineControl.ts';
import { createTestWorker, type TestWorker } from '../rpc/fakeWorker.ts';
import { PREPARED } from '../rpc/pageWorkers.ts';

export const ON_WASM: PrepareResult = {
  ...PREPARED,
  report: { chosen: 'wasm', arithmetic: 'float32', workers: 1, candidates: [] },
};

/** The real client and server over a channel; only what computes is replaced. */
export function engineOver(handlers: Partial<Handlers<EngineApi>>) {
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
        return { ...ON_WASM, report: { ...ON_WASM.report, chosen } };
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

export const NO_PICTURES = () => ({ pictures: [], arithmetic: 'float32' as const });
export const EXTRACTED = { extracted: 0, reused: 0, failed: [], elapsedMs: 1 };
