/** How a map lies in the engine's memory, and which buffer holds it when. */
import { ALIGNMENT_BYTES, roundUp } from '../memory.ts';

/**
 * A map, channels innermost. Around it lies a border of zeros, so that a padded convolution reads without asking; what
 * is not a pixel is never written and stays zero.
 */
export interface MapSpec {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Elements from one pixel to the next. */
  readonly stride: number;
  /** Of float32 or of a 7-bit code. */
  readonly elementBytes: 4 | 1;
  /** Pixels of zeros. */
  readonly border: {
    readonly top: number;
    readonly bottom: number;
    readonly left: number;
    readonly right: number;
  };
}

/** Some channels of the map in a buffer, or all: what one step writes, and what another one reads. */
export interface MapView {
  /** Its number. */
  readonly buffer: number;
  readonly firstChannel: number;
  readonly channels: number;
}

export function isSameView(a: MapView, b: MapView): boolean {
  return a.buffer === b.buffer && a.firstChannel === b.firstChannel && a.channels === b.channels;
}

/** Reading past the last pixel (with weights of zero) must stay in the buffer. */
const GAP_BYTES = 64;
/** Pixels that lie a multiple of this apart fall into the same few lines of the first cache. */
const CACHE_PAGE_BYTES = 4096;

/** Elements from pixel to pixel for kernels that write eight channels at a time. */
export function strideOf(channels: number, elementBytes: number): number {
  const stride = roundUp(channels, 8);
  return (stride * elementBytes) % CACHE_PAGE_BYTES === 0 ? stride + ALIGNMENT_BYTES / elementBytes : stride;
}

export function pixelBytes(spec: MapSpec): number {
  return spec.stride * spec.elementBytes;
}

export function rowBytes(spec: MapSpec): number {
  return (spec.width + spec.border.left + spec.border.right) * pixelBytes(spec);
}

/** Byte offset of a pixel; negative places lie in the border. */
export function offsetOf(spec: MapSpec, y: number, x: number): number {
  return (y + spec.border.top) * rowBytes(spec) + (x + spec.border.left) * pixelBytes(spec);
}

/** Byte offset of one pixel's room behind the map, where superfluous results go. */
export function dumpOffset(spec: MapSpec): number {
  const rows = spec.height + spec.border.top + spec.border.bottom;
  return roundUp(rows * rowBytes(spec) + GAP_BYTES, ALIGNMENT_BYTES);
}

export function mapBytes(spec: MapSpec): number {
  return roundUp(dumpOffset(spec) + pixelBytes(spec) + GAP_BYTES, ALIGNMENT_BYTES);
}

/** Maps of one geometry take turns in a buffer; others never do, since their pixels would dirty its border. */
export interface BufferPool {
  readonly specs: readonly MapSpec[];
  /** Number of a buffer that is free. */
  acquire(spec: MapSpec): number;
  release(buffer: number): void;
}

export function isSameSpec(a: MapSpec, b: MapSpec): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function createBufferPool(): BufferPool {
  const specs: MapSpec[] = [];
  const free = new Set<number>();
  return {
    specs,
    acquire(spec) {
      for (const buffer of free) {
        if (isSameSpec(specs[buffer] as MapSpec, spec)) {
          free.delete(buffer);
          return buffer;
        }
      }
      return specs.push(spec) - 1;
    },
    release(buffer) {
      free.add(buffer);
    },
  };
}
