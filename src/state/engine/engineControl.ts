/**
 * Keeps one engine worker in use and brings it back when it dies: a lost device, a full memory or a crash
 * ends the worker, the next one starts on what is left, and the call that failed goes on from its checkpoint.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BackendName, BackendPreference, BackendReport } from '../../domain/backends.ts';
import type { BackboneInfo } from '../../domain/model.ts';
import type { NetworkFacts } from '../../domain/networkFacts.ts';
import type { FreshNetwork } from '../../domain/trainSettings.ts';
import type { CallOptions, WorkerClient } from '../../rpc/client.ts';
import type { EngineApi, PrepareProgress, PrepareResult } from '../../rpc/engineApi.ts';
import type { ArgsOf, MethodName, ProgressOf, ResultOf } from '../../rpc/protocol.ts';
import { AppError, type ErrorCode, toAppError } from '../../shared/errors.ts';

export interface EngineState {
  readonly status: 'idle' | 'preparing' | 'ready' | 'failed';
  /** Whether the weights of the backbone are loaded too: all that is no run from scratch needs them. */
  readonly hasBackbone: boolean;
  readonly progress: PrepareProgress | null;
  readonly report: BackendReport | null;
  readonly backbone: BackboneInfo | null;
  /** Those that can be trained from scratch; none before the engine was first ready. */
  readonly networks: readonly NetworkFacts[];
  /** Id of the one whose weights come with the app; null before. */
  readonly published: string | null;
  /** Why the last preparation failed. */
  readonly error: AppError | null;
  /** Backends whose device was lost since the page was opened. */
  readonly lostBackends: readonly BackendName[];
}

/** What a caller needs of the engine: `bare` is all but the weights of the backbone, which runs from scratch never ask. */
export type EnginePart = 'bare' | 'whole';

/** @param fromScratch the network that has learned nothing; null: the backbone is asked */
export function partFor(fromScratch: FreshNetwork | null): EnginePart {
  return fromScratch ? 'bare' : 'whole';
}

/** Whether that can be asked without anything being loaded first. */
export function isUpFor(
  fromScratch: FreshNetwork | null,
  { status, hasBackbone, report }: Pick<EngineState, 'status' | 'hasBackbone' | 'report'>,
): boolean {
  return fromScratch ? report !== null : status === 'ready' && hasBackbone;
}

/** Every method but `prepare`, which only `ensureEngine` calls. */
export type EngineMethod = Exclude<MethodName<EngineApi>, 'prepare'>;

export interface EngineCallOptions<Progress> extends CallOptions<Progress> {
  /** False: after a restart the call fails instead of being made again (its objects were handed over). */
  readonly retry?: boolean;
  /** True: the person is not told of a restart that this call has caused; they never asked for it. */
  readonly quiet?: boolean;
  /** Whole unless told otherwise. */
  readonly part?: EnginePart;
}

/** After these the worker is of no more use. */
const RESTART_CODES = ['deviceLost', 'workerDied', 'outOfMemory'] as const satisfies readonly ErrorCode[];
export type RestartCode = (typeof RESTART_CODES)[number];

/** Of these, those after which the next engine takes on less at a time. */
const SETBACK_CODES: readonly RestartCode[] = ['workerDied', 'outOfMemory'];

/** Restarts one call, or one preparation, may ask for, apart from lost devices, of which each backend has one. */
const MAX_RESTARTS = 2;

export interface EngineDependencies {
  readonly client: WorkerClient<EngineApi>;
  /** Of the page; weights lie beside it. */
  readonly baseUrl: string;
  readonly preference: () => BackendPreference;
  /** Fingerprint of the weights of their own that the person works with; null: the published ones. */
  readonly own: () => string | null;
  /** The person wants float32 even where 8-bit integers are faster. */
  readonly exact: () => boolean;
  /** Tells the person that the engine starts again, and why. */
  readonly onRestart: (code: RestartCode, backend: BackendName | null) => void;
}

export interface Engine {
  readonly store: StoreApi<EngineState>;
  /**
   * Backend chosen, workers started, and unless it is to be bare weights loaded; shared by all who ask at the same time.
   * Aborting stops the wait, not the preparation, which the next caller will want.
   * @throws AppError of `prepare`; `cancelled`.
   */
  ensureEngine(signal?: AbortSignal, part?: EnginePart): Promise<void>;
  /**
   * Calls the engine and, after a restart, calls it again.
   * @param makeArgs Asked before each try, so that a retry can go on from the last checkpoint.
   * @throws AppError what the engine threw; the last error when restarting did not help; `backboneChanged` where somebody
   *   turned to other weights meanwhile.
   */
  engineCall<M extends EngineMethod>(
    method: M,
    makeArgs: () => ArgsOf<EngineApi[M]>,
    options?: EngineCallOptions<ProgressOf<EngineApi[M]>>,
  ): Promise<ResultOf<EngineApi[M]>>;
  /** Starts the engine anew, for example on another backend; running calls go on over there. */
  restart(): void;
}

const IDLE: EngineState = {
  status: 'idle',
  hasBackbone: false,
  progress: null,
  report: null,
  backbone: null,
  networks: [],
  published: null,
  error: null,
  lostBackends: [],
};

export function createEngine(dependencies: EngineDependencies): Engine {
  const { client, baseUrl, preference, own, exact, onRestart } = dependencies;
  const store = createStore<EngineState>()(() => IDLE);
  let bare: Promise<void> | null = null;
  let whole: Promise<void> | null = null;
  /** Counts workers: a call that failed under an older one was a victim, not the cause. */
  let generation = 0;
  /** Since the page was opened. */
  let setbacks = 0;
  let preparationsFailed = 0;
  let bringsFailed = 0;

  function callPrepare(ofGeneration: number, isBare: boolean): Promise<PrepareResult> {
    store.setState({ status: 'preparing', progress: null, error: null });
    return client.call(
      'prepare',
      {
        ...{ baseUrl, preference: preference(), own: own(), exact: exact() },
        ...{ lost: store.getState().lostBackends, setbacks, isBare },
      },
      {
        onProgress: (progress) => {
          if (ofGeneration === generation) store.setState({ progress });
        },
      },
    );
  }

  async function prepare(ofGeneration: number): Promise<void> {
    try {
      const { report, backbone, networks, published } = await callPrepare(ofGeneration, true);
      preparationsFailed = 0;
      store.setState({ status: 'ready', progress: null, report, backbone, networks, published });
    } catch (thrown) {
      const error = toAppError(thrown);
      // Overtaken by a restart: whoever waits here waits for the newer preparation.
      if (ofGeneration !== generation) return ensureEngine(undefined, 'bare');
      if (isRestartCode(error.code) && preparationsFailed < MAX_RESTARTS) {
        preparationsFailed += 1;
        recover(error.code, false);
        return ensureEngine(undefined, 'bare');
      }
      preparationsFailed = 0;
      startOver();
      store.setState({ status: 'failed', error });
      throw error;
    }
  }

  /** @param before the preparation that this follows, whose failure is its own */
  async function bring(ofGeneration: number, before: Promise<void>): Promise<void> {
    await before;
    if (ofGeneration !== generation) return ensureEngine();
    try {
      await callPrepare(ofGeneration, false);
      bringsFailed = 0;
      store.setState({ status: 'ready', hasBackbone: true, progress: null });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (ofGeneration !== generation) return ensureEngine();
      const isOver = isRestartCode(error.code);
      if (isOver && bringsFailed < MAX_RESTARTS) {
        bringsFailed += 1;
        recover(error.code, false);
        return ensureEngine();
      }
      bringsFailed = 0;
      whole = null;
      // A run from scratch may be going on over there, and misses nothing; or it goes on in a worker of its own.
      if (isOver) startOver();
      store.setState({ status: isOver ? 'failed' : 'ready', progress: null, error });
      throw error;
    }
  }

  async function ensureEngine(signal?: AbortSignal, part: EnginePart = 'whole'): Promise<void> {
    bare ??= prepare(generation);
    if (part === 'whole') whole ??= bring(generation, bare);
    await withAbort((part === 'whole' && whole) || bare, signal);
  }

  function startOver(): void {
    generation += 1;
    bare = null;
    whole = null;
    client.terminate();
    store.setState({ status: 'idle', hasBackbone: false, progress: null, report: null });
  }

  function recover(code: RestartCode, quiet: boolean): void {
    const backend = store.getState().report?.chosen ?? null;
    if (code === 'deviceLost' && backend) {
      store.setState(({ lostBackends }) => ({ lostBackends: [...new Set([...lostBackends, backend])] }));
    }
    if (SETBACK_CODES.includes(code)) setbacks += 1;
    startOver();
    if (!quiet) onRestart(code, backend);
  }

  async function engineCall<M extends EngineMethod>(
    method: M,
    makeArgs: () => ArgsOf<EngineApi[M]>,
    {
      retry = true,
      quiet = false,
      part = 'whole',
      ...options
    }: EngineCallOptions<ProgressOf<EngineApi[M]>> = {},
  ): Promise<ResultOf<EngineApi[M]>> {
    let restarts = 0;
    const begunOver = own();
    for (;;) {
      await ensureEngine(options.signal, part);
      const ofGeneration = generation;
      try {
        return await client.call(method, makeArgs(), options);
      } catch (thrown) {
        const error = toAppError(thrown);
        if (!isRestartCode(error.code)) throw error;
        // What was asked over other weights would get an answer of these.
        if (own() !== begunOver) throw new AppError('backboneChanged', {}, { cause: error });
        if (ofGeneration === generation) {
          const backend = store.getState().report?.chosen;
          const lostAnew =
            error.code === 'deviceLost' &&
            backend !== undefined &&
            !store.getState().lostBackends.includes(backend);
          recover(error.code, quiet);
          if (!lostAnew) restarts += 1;
        }
        if (!retry || restarts > MAX_RESTARTS) throw error;
      }
    }
  }

  // With a call under way its own failure tells, and that counts. A worker that ended at rest is started again by whoever
  // asks next, instead of a fresh one that has not been prepared.
  client.onDeath((_error, wasIdle) => {
    if (!wasIdle) return;
    setbacks += 1;
    startOver();
  });

  return {
    store,
    ensureEngine,
    engineCall,
    restart() {
      if (store.getState().status === 'idle') return;
      const part = whole ? 'whole' : 'bare';
      startOver();
      // A failure is kept in the store for whoever looks, and thrown to whoever calls next.
      ensureEngine(undefined, part).catch(() => undefined);
    },
  };
}

function isRestartCode(code: ErrorCode): code is RestartCode {
  return (RESTART_CODES as readonly ErrorCode[]).includes(code);
}

/** Waits for `promise`, or rejects with `cancelled` as soon as the signal says so. */
async function withAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  if (signal.aborted) throw new AppError('cancelled');
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(new AppError('cancelled'));
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
