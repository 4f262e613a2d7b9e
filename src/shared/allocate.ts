/**
 * Memory is asked for here, so that a refusal is told by its name. Engines refuse in many ways (`RangeError`, an error of
 * their own, in one engine a bare string), and the same kinds of error are thrown for other reasons elsewhere: only the
 * place tells that it was memory.
 */
import { AppError } from './errors.ts';

function toRefusal(cause: unknown): AppError {
  return cause instanceof AppError ? cause : new AppError('outOfMemory', {}, { cause });
}

/** What `make` gives, which does nothing but allocate, with sizes that are sizes. @throws AppError `outOfMemory` */
export function allocate<T>(make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    throw toRefusal(thrown);
  }
}

/** Zeros, four bytes each. @throws AppError `outOfMemory` */
export function allocateFloats(length: number): Float32Array<ArrayBuffer> {
  return allocate(() => new Float32Array(length));
}

/** Zeros. @throws AppError `outOfMemory` */
export function allocateBytes(length: number): Uint8Array<ArrayBuffer> {
  return allocate(() => new Uint8Array(length));
}
