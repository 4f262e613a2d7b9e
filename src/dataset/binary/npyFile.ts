/** A file of one array, as NumPy saves them. Format: numpy.lib.format of NumPy. */

import { AppError } from '../../shared/errors.ts';
import {
  countOfShape,
  type NumpyDtype,
  parseNumpyDtype,
  readNumpyNumber,
} from '../../shared/unpickle/numpyDtype.ts';
import type { ArchiveLimits, PackedFile } from '../datasetFormat.ts';
import { ascii, startsWith } from '../magic.ts';
import { type ByteReader, createByteReader } from './byteReader.ts';
import { unknownSet } from './packedFiles.ts';
import { MAX_SET_PICTURES } from './setArchive.ts';

const MAGIC = '\x93NUMPY';
/** NumPy itself writes some hundred bytes. */
const MAX_HEADER_BYTES = 65_536;

export interface OpenNpy {
  readonly dtype: NumpyDtype;
  readonly shape: readonly number[];
  /** At the first value. To be closed. */
  readonly reader: ByteReader;
}

/** @throws AppError `archiveUnreadable` if it is broken, `setUnknown` if it holds no plain numbers in C order */
export async function openNpy(file: PackedFile, { entryBytes }: ArchiveLimits): Promise<OpenNpy> {
  const reader = createByteReader(file.stream(), entryBytes);
  try {
    const start = await reader.need(8);
    if (!startsWith(start, MAGIC)) throw new AppError('archiveUnreadable');
    const isLong = (start[6] ?? 0) > 1;
    const length = await reader.need(isLong ? 4 : 2);
    const view = new DataView(length.buffer, length.byteOffset, length.length);
    const headerBytes = isLong ? view.getUint32(0, true) : view.getUint16(0, true);
    if (headerBytes > MAX_HEADER_BYTES) throw new AppError('archiveUnreadable');
    return { ...parseHeader(ascii(await reader.need(headerBytes), 0, headerBytes)), reader };
  } catch (thrown) {
    await reader.close();
    throw thrown;
  }
}

/** A dict as Python prints it: `{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }`. */
function parseHeader(header: string): { readonly dtype: NumpyDtype; readonly shape: readonly number[] } {
  const dtype = parseNumpyDtype(/'descr':\s*'([^']{1,8})'/.exec(header)?.[1] ?? '');
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const sides = /'shape':\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (order === undefined || sides === undefined) throw new AppError('archiveUnreadable');
  const shape = [...sides.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  if (!dtype || countOfShape(shape) === null)
    throw unknownSet(`an array of other things: ${header.slice(0, 200)}`);
  // Of one axis the order means nothing.
  if (order === 'True' && shape.length > 1) throw unknownSet('columns first');
  return { dtype, shape };
}

/** All numbers of an array. @throws AppError `archiveUnreadable` if there are fewer, or more than the limit of bytes */
export async function readNpyNumbers({ dtype, shape, reader }: OpenNpy): Promise<number[]> {
  const count = countOfShape(shape) ?? 0;
  if (count > MAX_SET_PICTURES) throw new AppError('archiveUnreadable', { limitCount: MAX_SET_PICTURES });
  const bytes = await reader.need(count * dtype.itemBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: count }, (_, index) => readNumpyNumber(view, index * dtype.itemBytes, dtype));
}
