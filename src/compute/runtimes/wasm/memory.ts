/** WebAssembly memory as all kernels of ours use it: made, grown, and told by name when there is no more. */
import { allocate } from '../../../shared/allocate.ts';
import { type CompiledKernels, MAX_SHARED_PAGES } from './builds.ts';

export const PAGE_BYTES = 65_536;
export const FLOAT_BYTES = 4;
/** What arrays begin at a multiple of. */
export const ALIGNMENT_BYTES = 64;

export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** A memory of the kind that the kernels were built for, empty but for a page. @throws AppError `outOfMemory` */
export function createGrowingMemory({ isShared }: Pick<CompiledKernels, 'isShared'>): WebAssembly.Memory {
  return allocate(() =>
    isShared
      ? new WebAssembly.Memory({ initial: 1, maximum: MAX_SHARED_PAGES, shared: true })
      : new WebAssembly.Memory({ initial: 1 }),
  );
}

/** A memory of one's own that never grows. @throws AppError `outOfMemory` */
export function createFixedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  return allocate(() => new WebAssembly.Memory({ initial: pages, maximum: pages }));
}

/**
 * Room behind all that is in the memory already; several threads may ask at once.
 * @returns its address
 * @throws AppError `outOfMemory` where the browser gives no more
 */
export function reservePages(memory: WebAssembly.Memory, bytes: number): number {
  return allocate(() => memory.grow(Math.ceil(bytes / PAGE_BYTES)) * PAGE_BYTES);
}

/** Adds pages until `bytes` fit. @throws AppError `outOfMemory` */
export function ensureBytes(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) reservePages(memory, missing);
}
