/**
 * What TensorFlow.js throws when the machine gives out, told by its name. Its own faults are plain `Error`s; these three
 * kinds come from below it, and there mean one thing only.
 */
import { AppError } from '../../../shared/errors.ts';

function toNamed(thrown: unknown): unknown {
  // An array for a tensor's values, a mapped buffer of a GPU: TensorFlow.js checks sizes before it asks for them.
  if (thrown instanceof RangeError) return new AppError('outOfMemory', {}, { cause: thrown });
  // Its WASM heap gave no more inside a kernel, which ends it. Shapes were checked before.
  if (thrown instanceof WebAssembly.RuntimeError) return new AppError('outOfMemory', {}, { cause: thrown });
  // A read from a GPU that broke off; nothing else there has to do with the DOM. Else it would pass for a cancelled call.
  if (thrown instanceof DOMException) return new AppError('deviceLost', {}, { cause: thrown });
  return thrown;
}

/** @throws AppError `outOfMemory`, `deviceLost`; what `work` throws otherwise */
export function named<T>(work: () => T): T {
  try {
    const value = work();
    return value instanceof Promise ? (value.catch(rethrow) as T) : value;
  } catch (thrown) {
    return rethrow(thrown);
  }
}

function rethrow(thrown: unknown): never {
  throw toNamed(thrown);
}

/** The same methods, whose errors have names. */
export function withNames<T extends object>(methods: T): T {
  const entries = Object.entries(methods) as [string, unknown][];
  const wrapped = entries.map(([name, method]) => [
    name,
    typeof method === 'function'
      ? (...args: unknown[]) => named(() => Reflect.apply(method, methods, args))
      : method,
  ]);
  // The same names with functions of the same types.
  return Object.fromEntries(wrapped) as T;
}
