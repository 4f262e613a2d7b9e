/** Tensors of PyTorch are views: which numbers of a storage one covers, and how they are put in order. */
import { allocateFloats } from '../../../shared/allocate.ts';

export interface StridedView {
  /** Of the first number, in numbers. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** From one number to the next along each axis, in numbers. */
  readonly strides: readonly number[];
}

/** How many numbers from the first to the last that the view covers, itself included; 0 for an empty one. */
export function spanOf({ shape, strides }: StridedView): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, side, axis) => span + (side - 1) * (strides[axis] ?? 0), 1);
}

/** Whether the numbers lie one after the other, row-major. */
export function isContiguous({ shape, strides }: StridedView): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] ?? 0;
    if (side !== 1 && strides[axis] !== expected) return false;
    expected *= side;
  }
  return true;
}

/** The numbers of a view row-major. @param span its numbers in the storage, from its first to its last */
export function gather(span: Float32Array, { shape, strides }: StridedView): Float32Array<ArrayBuffer> {
  const values = allocateFloats(shape.reduce((count, side) => count * side, 1));
  const index = shape.map(() => 0);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    values[i] = span[at] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [side, stride] = [shape[axis] ?? 0, strides[axis] ?? 0];
      index[axis] = (index[axis] ?? 0) + 1;
      at += stride;
      if ((index[axis] ?? 0) < side) break;
      at -= side * stride;
      index[axis] = 0;
    }
  }
  return values;
}
