/**
 * What a pickle of PyTorch may name: tensors, the storages that they are views of, and the dict that holds them. Nothing of
 * it is run; each name makes a description of data. Format: torch._utils and torch.serialization.
 */
import {
  brokenPickle,
  isPickleDict,
  type PickleDict,
  type PickleGlobal,
  type PickleObject,
  type PickleRules,
  type PickleValue,
  toLatin1,
} from '../../../shared/unpickle/pickleValue.ts';
import type { TensorDtype } from '../tensorDtype.ts';
import { MAX_LIST_BYTES } from '../tensorTable.ts';

const STORAGE_DTYPES: ReadonlyMap<string, TensorDtype> = new Map([
  ['torch.FloatStorage', 'float32'],
  ['torch.HalfStorage', 'float16'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.DoubleStorage', 'float64'],
  ['torch.LongStorage', 'int64'],
  ['torch.IntStorage', 'int32'],
  ['torch.ShortStorage', 'int16'],
  ['torch.CharStorage', 'int8'],
  ['torch.ByteStorage', 'uint8'],
  ['torch.BoolStorage', 'bool'],
]);

/** Numbers that lie in a file of their own, `data/KEY`. */
export class TorchStorage implements PickleObject {
  readonly kind = 'torch.storage';
  constructor(
    readonly key: string,
    readonly dtype: TensorDtype,
    readonly count: number,
  ) {}
}

/** A view of a storage; offset and strides are counted in numbers, not in bytes. */
export class TorchTensor implements PickleObject {
  readonly kind = 'torch.tensor';
  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function toCounts(value: PickleValue | undefined): number[] {
  if (!Array.isArray(value) || value.length > 32 || !value.every(isCount)) {
    throw brokenPickle('a shape or strides that are no whole numbers from 0');
  }
  return value;
}

/** Python 2 wrote text as bytes. */
function toText(value: PickleValue | undefined): PickleValue | undefined {
  return value instanceof Uint8Array ? toLatin1(value) : value;
}

/** ('storage', torch.FloatStorage, '0', 'cpu', count); before version 1.6 with one more, where it is a part of another */
function toStorage(id: PickleValue): TorchStorage {
  if (!Array.isArray(id)) throw brokenPickle('a storage without a description');
  const [, type, , , count, within = null] = id;
  const [kind, key] = [toText(id[0]), toText(id[2])];
  if (within !== null) throw brokenPickle('a storage that is a part of another');
  const isName = typeof type === 'object' && type !== null && 'kind' in type && type.kind === 'name';
  const dtype = isName && 'name' in type ? STORAGE_DTYPES.get(String(type.name)) : undefined;
  if (kind !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(count)) {
    throw brokenPickle('a storage of an unknown kind');
  }
  return new TorchStorage(key, dtype, count);
}

/** (storage, offset, shape, strides, requires_grad, hooks); the last two are newer */
const rebuildTensor: PickleGlobal = {
  reduce([storage, offset, size, stride]) {
    const [shape, strides] = [toCounts(size), toCounts(stride)];
    if (!(storage instanceof TorchStorage) || !isCount(offset) || shape.length !== strides.length) {
      throw brokenPickle('a tensor that is no view of a storage');
    }
    return new TorchTensor(storage, offset, shape, strides);
  },
};

/** (tensor, requires_grad, hooks) */
const rebuildParameter: PickleGlobal = {
  reduce([tensor]) {
    if (!(tensor instanceof TorchTensor)) throw brokenPickle('a parameter that is no tensor');
    return tensor;
  },
};

/** Empty, or a list of pairs. A state dict has versions of its layers as an attribute, of no use here. */
const orderedDict: PickleGlobal = {
  reduce([pairs = []]) {
    if (!Array.isArray(pairs)) throw brokenPickle('a dict of something else than pairs');
    const dict: PickleDict = new Map();
    for (const pair of pairs) {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw brokenPickle('a dict of something else than pairs');
      dict.set(pair[0] ?? null, pair[1] ?? null);
    }
    return dict;
  },
  build(made) {
    if (!isPickleDict(made)) throw brokenPickle('no dict');
  },
};

const GLOBALS: PickleRules['globals'] = new Map<string, PickleGlobal>([
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['collections.OrderedDict', orderedDict],
  ...[...STORAGE_DTYPES.keys()].map((name): [string, PickleGlobal] => [name, {}]),
]);

/** @param onStorage hears of each storage that the pickle names, also of those that no tensor is made of */
export function torchRules(onStorage: (storage: TorchStorage) => void = () => undefined): PickleRules {
  return {
    globals: GLOBALS,
    persistent(id) {
      const storage = toStorage(id);
      onStorage(storage);
      return storage;
    },
    limits: { bytes: 2 * MAX_LIST_BYTES, values: 2e6, memoEntries: 1e6 },
  };
}

/** Keys under which programs that train keep the weights beside other things. */
const NESTED_KEYS = ['state_dict', 'model', 'model_state_dict', 'model_state', 'net', 'network', 'weights'];
const MAX_NESTING = 3;

function tensorsOf(dict: PickleDict): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  for (const [name, value] of dict) {
    if (typeof name === 'string' && value instanceof TorchTensor) tensors.set(name, value);
  }
  return tensors;
}

/**
 * The tensors of a state dict, also of one that lies in another dict beside other things: of all the one with most. Empty if
 * there are none.
 */
export function findStateDict(value: PickleValue, nesting = 0): Map<string, TorchTensor> {
  if (!isPickleDict(value)) return new Map();
  const own = tensorsOf(value);
  if (nesting === MAX_NESTING) return own;
  const nested = NESTED_KEYS.map((key) => findStateDict(value.get(key) ?? null, nesting + 1));
  return nested.reduce((most, one) => (one.size > most.size ? one : most), own);
}
