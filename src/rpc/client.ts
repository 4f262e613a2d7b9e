/** The page's end of a worker: calls, progress, cancel, finish; a dead worker fails its pending calls by name. */
import { AppError, fromSerializedError } from '../shared/errors.ts';
import { beginWork } from '../shared/work.ts';
import { type Lifeline, MOST_UNBORN_TICKS, watchLife } from './lifeline.ts';
import type { PauseSwitch } from './pause.ts';
import type { Api, ArgsOf, MethodName, ProgressOf, Request, Response, ResultOf } from './protocol.ts';

export interface CallOptions<Progress> {
  readonly onProgress?: (value: Progress) => void;
  /** Aborting drops the call: it rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Aborting asks the worker to stop early and answer with what is there. */
  readonly finishSignal?: AbortSignal;
  /** While it says so the worker rests; a call that is made meanwhile begins at rest. */
  readonly pause?: PauseSwitch;
  /** Objects to hand over instead of copying. */
  readonly transfer?: Transferable[];
}

export interface WorkerClient<A extends Api> {
  /**
   * Starts the worker if it is not running and calls one of its methods.
   * @throws AppError what the worker threw; `cancelled`; `workerDied` if the worker ended first.
   */
  call<M extends MethodName<A>>(
    method: M,
    args: ArgsOf<A[M]>,
    options?: CallOptions<ProgressOf<A[M]>>,
  ): Promise<ResultOf<A[M]>>;
  /** Ends the worker; pending calls reject with `workerDied`. The next call starts a fresh one. */
  terminate(): void;
  /** Ends the worker if nothing is asked of it: its memory goes with it. The next call starts a fresh one. */
  rest(): void;
  /**
   * Tells of each worker that ended by itself, with or without a word. The next call starts a fresh one, which knows nothing
   * of what the dead one had been told.
   * @param listener `wasIdle`: no call was pending, so nobody else hears of it
   */
  onDeath(listener: (error: AppError, wasIdle: boolean) => void): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
  readonly onProgress: ((value: unknown) => void) | undefined;
  readonly stopListening: () => void;
}

/** A client over workers made by `spawn`; one lives at a time. */
export function createWorkerClient<A extends Api>(spawn: () => Worker): WorkerClient<A> {
  let worker: Worker | null = null;
  let lifeline: Lifeline | null = null;
  let nextId = 1;
  /** How many in a row were given up before they gave a sign of life. */
  let unborn = 0;
  const pending = new Map<number, Pending>();
  const mourners: ((error: AppError, wasIdle: boolean) => void)[] = [];

  function settle(id: number): Pending | undefined {
    const call = pending.get(id);
    pending.delete(id);
    call?.stopListening();
    return call;
  }

  function end(error: AppError): void {
    lifeline?.end();
    lifeline = null;
    worker?.terminate();
    worker = null;
    for (const id of [...pending.keys()]) settle(id)?.reject(error);
  }

  function die(message: string): void {
    const error = new AppError('workerDied', { message });
    const wasIdle = pending.size === 0;
    end(error);
    for (const listener of mourners) listener(error, wasIdle);
  }

  function receive(response: Response): void {
    if (response.kind === 'alive') {
      lifeline?.hear(response);
      return;
    }
    lifeline?.hearAnything();
    if (response.kind === 'progress') pending.get(response.id)?.onProgress?.(response.value);
    else if (response.kind === 'result') settle(response.id)?.resolve(response.value);
    else settle(response.id)?.reject(fromSerializedError(response.error));
  }

  function running(): Worker {
    if (worker) return worker;
    const started = spawn();
    let hasAnswered = false;
    started.onmessage = (event: MessageEvent<Response>) => {
      hasAnswered = true;
      unborn = 0;
      receive(event.data);
    };
    // A late event of a worker that was already replaced must not end its successor.
    started.onerror = (event) => {
      if (worker !== started) return;
      // A script that could not be loaded has no message (HTML, "run a worker").
      if (!hasAnswered && !('message' in event)) {
        end(new AppError('partMissing', { message: 'script not loaded' }));
      } else die(event.message ?? '');
    };
    started.onmessageerror = () => {
      if (worker === started) die('message could not be read');
    };
    worker = started;
    lifeline = watchLife({
      send: (request) => started.postMessage(request),
      isAwaited: () => pending.size > 0,
      onDeath: (why) => {
        if (!hasAnswered) unborn += 1;
        if (worker === started) die(why);
      },
      // Where the way to its script is long, the next one needs no less.
      mostUnbornTicks: MOST_UNBORN_TICKS * 2 ** unborn,
    });
    return started;
  }

  return {
    call(method, args, options = {}) {
      const { onProgress, signal, finishSignal, pause, transfer = [] } = options;
      if (signal?.aborted) return Promise.reject(new AppError('cancelled'));
      const target = running();
      const id = nextId++;
      return new Promise((resolve, reject) => {
        const send = (request: Request, handOver: Transferable[] = []) =>
          target.postMessage(request, handOver);
        const onCancel = () => {
          send({ kind: 'cancel', id });
          settle(id)?.reject(new AppError('cancelled'));
        };
        const onFinish = () => send({ kind: 'finish', id });
        signal?.addEventListener('abort', onCancel, { once: true });
        finishSignal?.addEventListener('abort', onFinish, { once: true });
        const ignorePause = pause?.subscribe((isPaused) =>
          send({ kind: isPaused ? 'pause' : 'continue', id }),
        );
        const endWork = beginWork();
        pending.set(id, {
          resolve: resolve as (value: unknown) => void,
          reject,
          onProgress: onProgress as ((value: unknown) => void) | undefined,
          stopListening: () => {
            endWork();
            signal?.removeEventListener('abort', onCancel);
            finishSignal?.removeEventListener('abort', onFinish);
            ignorePause?.();
          },
        });
        try {
          send({ kind: 'call', id, method, args, isPaused: pause?.isPaused ?? false }, transfer);
          if (finishSignal?.aborted) onFinish();
        } catch (thrown) {
          settle(id)?.reject(new AppError('unexpected', { message: String(thrown) }, { cause: thrown }));
        }
      });
    },
    terminate: () => end(new AppError('workerDied', { message: 'ended' })),
    rest() {
      if (pending.size === 0) end(new AppError('workerDied', { message: 'at rest' }));
    },
    onDeath(listener) {
      mourners.push(listener);
    },
  };
}
