/** Pickles of PyTorch as values, and the numbers of a tensor out of the bytes of its storage. */
import { AppError } from '../../../shared/errors.ts';
import { unpickleFirst } from '../../../shared/unpickle/unpickle.ts';
import { damagedWeights, oversizedWeights } from '../fileErrors.ts';
import { readSlice } from '../fileSlice.ts';
import { DTYPE_BYTES, toFloats } from '../tensorDtype.ts';
import { MAX_TENSOR_BYTES } from '../tensorTable.ts';
import { gather, isContiguous, spanOf } from './strided.ts';
import { type TorchStorage, type TorchTensor, torchRules } from './torchGlobals.ts';

/**
 * The value of the pickle that the bytes begin with, and how many it took. What it asks to run is named.
 * @param place of it in the file
 * @param onStorage hears of each storage that it names
 * @throws AppError weightsFileRefused, weightsFileDamaged
 */
export function toTorchValue(
  bytes: Uint8Array,
  place: string,
  onStorage?: (storage: TorchStorage) => void,
): ReturnType<typeof unpickleFirst> {
  try {
    return unpickleFirst(bytes, torchRules(onStorage));
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    if (thrown.code === 'pickleRefused') {
      throw new AppError('weightsFileRefused', { name: thrown.details.name ?? '' }, { cause: thrown });
    }
    throw damagedWeights(place, thrown);
  }
}

/** @throws AppError weightsFileDamaged for a tensor that its storage does not hold */
export function checkWithin(name: string, tensor: TorchTensor): void {
  const end = tensor.offset + spanOf(tensor);
  if (!(end <= tensor.storage.count)) throw damagedWeights(name, `up to ${end} of ${tensor.storage.count}`);
}

/**
 * The numbers of a tensor, row-major.
 * @param from where its storage begins in the file, in bytes
 * @throws AppError weightsFileTooLarge, weightsFileDamaged
 */
export async function readView(
  name: string,
  view: TorchTensor,
  file: Blob,
  from: number,
): Promise<Float32Array<ArrayBuffer>> {
  const { dtype } = view.storage;
  const bytesEach = DTYPE_BYTES[dtype];
  const [start, span] = [from + view.offset * bytesEach, spanOf(view)];
  if (span * bytesEach > MAX_TENSOR_BYTES) throw oversizedWeights(name, `spread over ${span} numbers`);
  const values = toFloats(await readSlice(file, start, start + span * bytesEach, name), dtype);
  return isContiguous(view) ? values : gather(values, view);
}
