/** A worker of the real protocol that ends without a word when it is told to, and one that computes for a long time. */
import type { Method } from '../../rpc/protocol.ts';
import { serve } from '../../rpc/server.ts';

export interface MortalApi {
  /** The same number once more. */
  echo: Method<number, never, number>;
  /** Never answers. */
  wait: Method<null, never, null>;
  /** Closes itself, as a worker does that the browser ends: no event tells of it. */
  end: Method<null, never, null>;
  /** Answers nothing else for so many milliseconds. */
  compute: Method<number, never, null>;
}

const scope = self as DedicatedWorkerGlobalScope;

serve<MortalApi>(scope, {
  echo: async (value) => value,
  wait: () => new Promise<never>(() => undefined),
  end: () => {
    scope.close();
    return new Promise<never>(() => undefined);
  },
  compute: async (ms) => {
    const startMs = performance.now();
    while (performance.now() - startMs < ms);
    return null;
  },
});
