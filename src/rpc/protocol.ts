/** The one typed protocol between the page and its workers. Types only; `client.ts` and `server.ts` speak it. */
import type { SerializedError } from '../shared/errors.ts';

/** A method: what it takes, what it reports on the way, what it answers. */
export interface Method<Args, Progress, Result> {
  readonly args: Args;
  readonly progress: Progress;
  readonly result: Result;
}

export type Api = object;

export type MethodName<A extends Api> = Extract<keyof A, string>;

export type ArgsOf<M> = M extends Method<infer Args, infer _P, infer _R> ? Args : never;

export type ProgressOf<M> = M extends Method<infer _A, infer Progress, infer _R> ? Progress : never;

export type ResultOf<M> = M extends Method<infer _A, infer _P, infer Result> ? Result : never;

/**
 * Page → worker. `cancel`: drop it. `finish`: stop early and keep what is there. `pause`: rest at the next good place,
 * `continue`: go on from there. `live` and `ping` ask for a sign of life: `lifeline.ts`.
 */
export type Request =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: string;
      readonly args: unknown;
      /** Told with the call, so that one that is made again after a lost worker does not run off. */
      readonly isPaused: boolean;
    }
  | { readonly kind: 'cancel' | 'finish' | 'pause' | 'continue'; readonly id: number }
  /** `lock`: name of the lock to hold for life; null where there are no locks. */
  | { readonly kind: 'live'; readonly lock: string | null }
  | { readonly kind: 'ping' };

/** Worker → page. */
export type Response =
  | { readonly kind: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: SerializedError }
  | { readonly kind: 'alive'; readonly holdsLock: boolean };
