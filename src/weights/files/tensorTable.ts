/** The tensors of a file while they are listed. What a file says of its sizes is held against limits before any is believed. */
import { damagedWeights, oversizedWeights } from './fileErrors.ts';
import { DTYPE_BYTES, type TensorDtype } from './tensorDtype.ts';
import type { TensorInfo } from './tensorFile.ts';

/** Lists (headers, pickles, JSON) of the largest networks we know take less than one. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024;
const MAX_TENSORS = 20_000;
const MAX_NAME_LENGTH = 500;
const MAX_RANK = 8;
/** The largest of any network we can run has a tenth of it. */
export const MAX_TENSOR_BYTES = 1024 ** 3;
/** Of all together: state of an optimiser may come along. */
const MAX_TOTAL_BYTES = 8 * 1024 ** 3;

export interface TensorTable {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** @throws AppError weightsFileDamaged, weightsFileTooLarge */
  add(name: string, shape: readonly number[], dtype: TensorDtype): TensorInfo;
}

/** Numbers in an array of that shape, which comes from a file. @throws AppError weightsFileDamaged, weightsFileTooLarge */
function countOf(name: string, shape: readonly number[]): number {
  if (shape.length > MAX_RANK) throw damagedWeights(name, `${shape.length} dimensions`);
  let count = 1;
  for (const side of shape) {
    if (!Number.isSafeInteger(side) || side < 0) throw damagedWeights(name, `shape [${shape}]`);
    count *= side;
    if (count > MAX_TENSOR_BYTES) throw oversizedWeights(name, `shape [${shape}]`);
  }
  return count;
}

/** An empty one. */
export function createTensorTable(): TensorTable {
  const tensors = new Map<string, TensorInfo>();
  let totalBytes = 0;
  return {
    tensors,
    add(name, shape, dtype) {
      if (name.length === 0 || name.length > MAX_NAME_LENGTH) {
        throw damagedWeights(name, `a name of ${name.length} characters`);
      }
      if (tensors.has(name)) throw damagedWeights(name, 'listed twice');
      if (tensors.size >= MAX_TENSORS) throw oversizedWeights(name, `more than ${MAX_TENSORS} tensors`);
      const sizeBytes = countOf(name, shape) * DTYPE_BYTES[dtype];
      totalBytes += sizeBytes;
      if (sizeBytes > MAX_TENSOR_BYTES || totalBytes > MAX_TOTAL_BYTES) {
        throw oversizedWeights(name, `${sizeBytes} bytes of ${totalBytes}`);
      }
      const info = { shape: [...shape], dtype, sizeBytes };
      tensors.set(name, info);
      return info;
    },
  };
}

/** The tensor of that name. @throws Error if there is none: a fault of the program, not of its input. */
export function findTensorInfo(tensors: ReadonlyMap<string, TensorInfo>, name: string): TensorInfo {
  const info = tensors.get(name);
  if (!info) throw new Error(`no tensor ${name}`);
  return info;
}
