/**
 * The heap of TensorFlow.js's WASM backend. Where it is full, its allocator answers 0, which TensorFlow.js takes for an
 * address and writes on; where it is full inside a kernel, the program aborts and every later call fails. Both are told here.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';

/** Of the WASM backend of TensorFlow.js 4.22, what its types do not tell: the module that Emscripten made. */
interface Heap {
  _malloc(bytes: number): number;
  _free(address: number): void;
  /** Looked up when it aborts. */
  onAbort?: (what: unknown) => void;
}

/** On the current backend, which is to be WASM. @param lost aborted with `outOfMemory` when the heap is dead */
export function watchHeap(lost: AbortController): void {
  // Its types do not tell of the module that it runs: what is there is looked at below.
  const { wasm } = tf.backend() as unknown as { readonly wasm?: Partial<Heap> };
  if (!wasm?._malloc || !wasm._free) return;
  // Emscripten puts the real function in place at the first call, which would undo what follows.
  wasm._free(wasm._malloc(1));
  const malloc = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = malloc(bytes);
    if (address === 0 && bytes > 0) throw new AppError('outOfMemory');
    return address;
  };
  wasm.onAbort = (what) => lost.abort(new AppError('outOfMemory', {}, { cause: what }));
}
