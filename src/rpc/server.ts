/** A worker's end of the protocol: runs handlers, sends progress, results and errors that keep their class. */
import { AppError, toSerializedError } from '../shared/errors.ts';
import { beginWork } from '../shared/work.ts';
import { live } from './lifeline.ts';
import { createPauseGate, type PauseGate, type PauseGateControl } from './pause.ts';
import type { Api, ArgsOf, MethodName, ProgressOf, Request, Response, ResultOf } from './protocol.ts';

export interface CallContext<Progress> {
  readonly progress: (value: Progress, transfer?: Transferable[]) => void;
  /** Aborted when the caller dropped the call. */
  readonly signal: AbortSignal;
  /** Aborted when the caller wants the result as it stands. */
  readonly finishSignal: AbortSignal;
  /** Long work waits at it between two steps; cancel and finish open it. */
  readonly pauseGate: PauseGate;
}

interface RunningCall {
  readonly cancel: AbortController;
  readonly finish: AbortController;
  readonly pauseGate: PauseGateControl;
}

export type Handlers<A extends Api> = {
  readonly [M in MethodName<A>]: (
    args: ArgsOf<A[M]>,
    context: CallContext<ProgressOf<A[M]>>,
  ) => Promise<ResultOf<A[M]>>;
};

/** The part of a worker's global scope that the server needs. */
export interface Port {
  postMessage(message: Response, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Request>) => void): void;
}

/** Answers every call on `port` with the handler of that name. */
export function serve<A extends Api>(port: Port, handlers: Handlers<A>): void {
  const running = new Map<number, RunningCall>();
  /** Until then the caller would not notice if this worker ended. */
  let isLiving: Promise<void> = Promise.resolve();
  const table = handlers as Readonly<
    Record<string, ((args: unknown, context: CallContext<unknown>) => Promise<unknown>) | undefined>
  >;

  async function run({ id, method, args, isPaused }: Extract<Request, { kind: 'call' }>): Promise<void> {
    const cancel = new AbortController();
    const finish = new AbortController();
    const pauseGate = createPauseGate(isPaused);
    running.set(id, { cancel, finish, pauseGate });
    const endWork = beginWork();
    const context: CallContext<unknown> = {
      progress: (value, transfer = []) => {
        if (!cancel.signal.aborted) port.postMessage({ kind: 'progress', id, value }, transfer);
      },
      signal: cancel.signal,
      finishSignal: finish.signal,
      pauseGate,
    };
    try {
      await isLiving;
      const handler = table[method];
      if (!handler) throw new AppError('unexpected', { message: `no method ${method}` });
      const value = await handler(args, context);
      if (!cancel.signal.aborted) port.postMessage({ kind: 'result', id, value }, []);
    } catch (thrown) {
      if (!cancel.signal.aborted) {
        port.postMessage({ kind: 'error', id, error: toSerializedError(thrown) }, []);
      }
    } finally {
      running.delete(id);
      endWork();
    }
  }

  port.addEventListener('message', ({ data }) => {
    if (data.kind === 'call') {
      void run(data);
      return;
    }
    if (data.kind === 'live' || data.kind === 'ping') {
      const living = live(data, (sign) => port.postMessage(sign, []));
      if (data.kind === 'live') isLiving = living;
      return;
    }
    const call = running.get(data.id);
    if (!call) return;
    if (data.kind === 'pause') call.pauseGate.set(true);
    else if (data.kind === 'continue') call.pauseGate.set(false);
    else {
      // Whoever rests is woken after the signal, so that it sees why.
      call[data.kind].abort();
      call.pauseGate.open();
    }
  });
}
