/** Where an HDF5 file begins: its version, how long it says it is, and its outermost group. */
import { damagedWeights, unsupportedWeights } from '../fileErrors.ts';
import type { Hdf5Bytes } from './hdf5Bytes.ts';

const PLACE = 'HDF5';
const SIGNATURE_BYTES = 8;
const SUPERBLOCK_BYTES = 128;

/**
 * The address of the outermost group. Format: HDF5 File Format Specification, II.A.
 * @throws AppError weightsFileDamaged, also for a file that is shorter than it says; weightsFileUnsupported
 */
export async function readSuperblock({ blob, cursor }: Hdf5Bytes): Promise<number> {
  const at = await cursor(0, Math.min(SUPERBLOCK_BYTES, blob.size), PLACE);
  at.skip(SIGNATURE_BYTES);
  const version = at.uint8();
  if (version > 3) throw unsupportedWeights(`HDF5 superblock ${version}`);
  const isOld = version < 2;
  if (isOld) at.skip(4); // versions of its parts
  const [addressBytes, lengthBytes] = [at.uint8(), at.uint8()];
  if (addressBytes !== 8 || lengthBytes !== 8)
    throw unsupportedWeights(`HDF5, ${addressBytes} bytes an address`);
  at.skip(isOld ? 9 : 1); // sizes of nodes, and flags
  if (version === 1) at.skip(4);
  const base = at.address();
  at.skip(8); // free space, or an extension
  const end = at.address();
  if (base !== 0) throw unsupportedWeights(`HDF5 at ${base}`);
  if (end === null || end > blob.size) throw damagedWeights(PLACE, `${end} bytes, and ${blob.size} there`);
  if (isOld) at.skip(16); // a driver, and the name of the outermost group
  const root = at.address();
  if (root === null) throw damagedWeights(PLACE, 'no outermost group');
  return root;
}
