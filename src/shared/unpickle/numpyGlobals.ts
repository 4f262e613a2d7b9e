/**
 * NumPy's arrays in pickles, recognised as data: `_reconstruct` makes an empty array that a state fills, `_frombuffer`
 * (protocol 5) makes a whole one, `scalar` a number. Format: `array_reduce` in numpy/_core/src/multiarray/methods.c.
 */
import { allocateBytes } from '../allocate.ts';
import {
  countOfShape,
  type NumpyContent,
  type NumpyDtype,
  parseNumpyDtype,
  readNumpyNumber,
} from './numpyDtype.ts';
import {
  brokenPickle,
  type PickleGlobal,
  type PickleObject,
  type PickleValue,
  toPickleText,
} from './pickleValue.ts';

class DtypeObject implements PickleObject {
  readonly kind = 'numpy.dtype';
  /** As `parseNumpyDtype` takes it, without the order of bytes. */
  constructor(readonly letters: string) {}
  isLittleEndian = true;
}

class ArrayObject implements PickleObject {
  readonly kind = 'numpy.ndarray';
  content: NumpyContent | null = null;
}

/** The array that a value of a pickle is; null if it is none. */
export function toNumpyContent(value: PickleValue | undefined): NumpyContent | null {
  return value instanceof ArrayObject ? value.content : null;
}

/** Names of types and orders are short: a long text, decoded over and over, would only take time. */
function toShortText(value: PickleValue | undefined): string | null {
  const isShort = (typeof value === 'string' || value instanceof Uint8Array) && value.length <= 16;
  return isShort ? toPickleText(value) : null;
}

function toDtype(value: PickleValue | undefined): NumpyDtype {
  if (!(value instanceof DtypeObject)) throw brokenPickle('no type of numbers');
  const dtype = parseNumpyDtype(`${value.isLittleEndian ? '<' : '>'}${value.letters}`);
  if (!dtype) throw brokenPickle(`numbers of type ${value.letters}`);
  return dtype;
}

function toContent(
  bytes: PickleValue | undefined,
  dtypeValue: PickleValue | undefined,
  shape: PickleValue | undefined,
  isFortran: boolean,
): NumpyContent {
  const dtype = toDtype(dtypeValue);
  if (!(bytes instanceof Uint8Array) || !Array.isArray(shape)) throw brokenPickle('an array without numbers');
  const count = countOfShape(shape);
  if (count === null || count * dtype.itemBytes !== bytes.length)
    throw brokenPickle('an array of another size');
  return { dtype, shape: shape.map(Number), isFortran, bytes };
}

/** `ndarray.__setstate__`: (version, shape, dtype, is Fortran, bytes); the version was left out long ago. */
const reconstruct: PickleGlobal = {
  reduce: () => new ArrayObject(),
  build(made, state) {
    if (!(made instanceof ArrayObject) || !Array.isArray(state)) throw brokenPickle('no state of an array');
    const [shape, dtype, isFortran, bytes] = state.slice(-4);
    made.content = toContent(bytes, dtype, shape, Boolean(isFortran));
  },
};

/** (bytes, dtype, shape, order) */
const frombuffer: PickleGlobal = {
  reduce([bytes, dtype, shape, order]) {
    const made = new ArrayObject();
    made.content = toContent(bytes, dtype, shape, toShortText(order) === 'F');
    return made;
  },
};

/** `dtype.__setstate__`: (version, order of bytes, …) */
const dtypeGlobal: PickleGlobal = {
  reduce([letters]) {
    const text = toShortText(letters);
    if (text === null) throw brokenPickle('a type of numbers without a name');
    return new DtypeObject(text.replace(/^[<>|=]/, ''));
  },
  build(made, state) {
    if (!(made instanceof DtypeObject) || !Array.isArray(state)) throw brokenPickle('no state of a type');
    made.isLittleEndian = toShortText(state[1]) !== '>';
  },
};

/** (dtype, bytes) */
const scalar: PickleGlobal = {
  reduce([dtypeValue, bytes]) {
    const dtype = toDtype(dtypeValue);
    if (!(bytes instanceof Uint8Array) || bytes.length !== dtype.itemBytes) throw brokenPickle('no scalar');
    return readNumpyNumber(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, dtype);
  },
};

/** Python 3 writes bytes as text in protocols 0 to 2. */
const codecsEncode: PickleGlobal = {
  reduce([text, encoding], charge) {
    if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1'))
      throw brokenPickle('bytes of an unknown encoding');
    charge(text.length);
    const bytes = allocateBytes(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 255) throw brokenPickle('a character that is no byte');
      bytes[i] = code;
    }
    return bytes;
  },
};

const emptyBytes: PickleGlobal = {
  reduce(args) {
    if (args.length > 0) throw brokenPickle('bytes of something');
    return new Uint8Array(0);
  },
};

/** Names of NumPy 1 and 2, and those that bytes need. */
export const NUMPY_GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map([
  ...['numpy.core', 'numpy._core'].flatMap((core): [string, PickleGlobal][] => [
    [`${core}.multiarray._reconstruct`, reconstruct],
    [`${core}.multiarray.scalar`, scalar],
    [`${core}.numeric._frombuffer`, frombuffer],
  ]),
  ['numpy.ndarray', {}],
  ['numpy.dtype', dtypeGlobal],
  ['_codecs.encode', codecsEncode],
  ['__builtin__.bytes', emptyBytes],
  ['builtins.bytes', emptyBytes],
]);
