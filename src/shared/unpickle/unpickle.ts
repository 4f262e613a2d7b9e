/**
 * Reads Python's pickles, protocols 0 to 5, as data. A pickle can call any function of Python; this reader knows the
 * opcodes that build plain values, and of names those alone that the caller recognises as data. It runs nothing, looks
 * nothing up, and refuses the rest by its name. Opcodes: pickletools of CPython.
 */
import { toDecimal, toFloatLine, toIntLine, toLong, toQuotedBytes, toRawUnicode } from './pickleLiterals.ts';
import { createPickleReader, type PickleReader } from './pickleReader.ts';
import { createPickleStack, type PickleStack } from './pickleStack.ts';
import {
  brokenPickle,
  isPickleDict,
  PICKLE_LIMITS,
  type PickleGlobal,
  type PickleName,
  type PickleRules,
  type PickleValue,
  refusedPickle,
  toLatin1,
} from './pickleValue.ts';

const HIGHEST_PROTOCOL = 5;

interface Machine extends PickleStack {
  readonly reader: PickleReader;
  readonly rules: PickleRules;
  /** What each object was made by, which alone may fill it. */
  readonly makers: WeakMap<object, PickleGlobal>;
  charge(sizeBytes: number): void;
}

function setItems({ charge }: Machine, target: PickleValue, items: readonly PickleValue[]): void {
  if (!isPickleDict(target) || items.length % 2 > 0) throw brokenPickle('items of something that is no dict');
  for (let i = 0; i < items.length; i += 2) {
    let key = items[i] ?? null;
    if (key instanceof Uint8Array) {
      charge(key.length);
      key = toLatin1(key);
    }
    target.set(key, items[i + 1] ?? null);
  }
}

function append(target: PickleValue, items: readonly PickleValue[]): void {
  if (!Array.isArray(target)) throw brokenPickle('items of something that is no list');
  for (const item of items) target.push(item);
}

function pushTuple(machine: Machine, length: number): void {
  const items = Array.from({ length }, () => machine.pop()).reverse();
  machine.push(items);
}

function isName(value: PickleValue): value is PickleName {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'name';
}

/** A recognised name; any other is refused before anything could be made of it. */
function pushName(machine: Machine, module: string, name: string): void {
  const full = `${module}.${name}`;
  if (!machine.rules.globals.has(full)) throw refusedPickle(full);
  const recognised: PickleName = { kind: 'name', name: full };
  machine.push(recognised);
}

function reduce(machine: Machine): void {
  const args = machine.pop();
  const callee = machine.pop();
  if (!isName(callee)) throw refusedPickle('REDUCE');
  const global = machine.rules.globals.get(callee.name);
  if (!global?.reduce) throw refusedPickle(callee.name);
  if (!Array.isArray(args)) throw brokenPickle('arguments that are no tuple');
  const made = global.reduce(args, machine.charge);
  if (typeof made === 'object' && made !== null) machine.makers.set(made, global);
  machine.push(made);
}

function build(machine: Machine): void {
  const state = machine.pop();
  const made = machine.top();
  const global = typeof made === 'object' && made !== null ? machine.makers.get(made) : undefined;
  if (!global?.build) throw refusedPickle('BUILD');
  global.build(made, state);
}

function pushPersistent(machine: Machine, id: PickleValue): void {
  if (!machine.rules.persistent) throw refusedPickle('persistent id');
  machine.push(machine.rules.persistent(id));
}

function pushStackName(machine: Machine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof name !== 'string' || typeof module !== 'string') throw brokenPickle('a name that is no text');
  pushName(machine, module, name);
}

function checkProtocol(version: number): void {
  if (version > HIGHEST_PROTOCOL) throw brokenPickle(`protocol ${version}`);
}

type Step = (machine: Machine, reader: PickleReader) => void;

const STEPS: Readonly<Record<string, Step>> = {
  '\x80': (_, r) => checkProtocol(r.byte()),
  // Frames only say how much may be read ahead.
  '\x95': (_, r) => void r.uint64(),
  // plain values
  N: (m) => m.push(null),
  '\x88': (m) => m.push(true),
  '\x89': (m) => m.push(false),
  I: (m, r) => m.push(toIntLine(r.latin1Line())),
  J: (m, r) => m.push(r.int32()),
  K: (m, r) => m.push(r.byte()),
  M: (m, r) => m.push(r.uint16()),
  L: (m, r) => m.push(toDecimal(r.latin1Line())),
  '\x8a': (m, r) => m.push(toLong(r.bytes(r.byte()))),
  '\x8b': (m, r) => m.push(toLong(r.bytes(r.int32()))),
  F: (m, r) => m.push(toFloatLine(r.latin1Line())),
  G: (m, r) => m.push(r.float64()),
  S: (m, r) => m.push(toQuotedBytes(r.latin1Line())),
  T: (m, r) => m.push(r.bytes(r.int32())),
  U: (m, r) => m.push(r.bytes(r.byte())),
  B: (m, r) => m.push(r.bytes(r.uint32())),
  C: (m, r) => m.push(r.bytes(r.byte())),
  '\x8e': (m, r) => m.push(r.bytes(r.uint64())),
  '\x96': (m, r) => m.push(r.bytes(r.uint64())),
  V: (m, r) => m.push(toRawUnicode(r.latin1Line())),
  X: (m, r) => m.push(r.text(r.uint32())),
  '\x8c': (m, r) => m.push(r.text(r.byte())),
  '\x8d': (m, r) => m.push(r.text(r.uint64())),
  // containers
  ']': (m) => m.push([]),
  l: (m) => m.push(m.popMark()),
  a: (m) => {
    const item = m.pop();
    append(m.top(), [item]);
  },
  e: (m) => {
    const items = m.popMark();
    append(m.top(), items);
  },
  ')': (m) => m.push([]),
  t: (m) => m.push(m.popMark()),
  '\x85': (m) => pushTuple(m, 1),
  '\x86': (m) => pushTuple(m, 2),
  '\x87': (m) => pushTuple(m, 3),
  '}': (m) => m.push(new Map()),
  d: (m) => {
    const items = m.popMark();
    const dict = new Map();
    setItems(m, dict, items);
    m.push(dict);
  },
  s: (m) => {
    const value = m.pop();
    const key = m.pop();
    setItems(m, m.top(), [key, value]);
  },
  u: (m) => {
    const items = m.popMark();
    setItems(m, m.top(), items);
  },
  // stack and memo
  '(': (m) => m.mark(),
  '0': (m) => m.drop(),
  '1': (m) => void m.popMark(),
  '2': (m) => m.push(m.top()),
  p: (m, r) => m.put(Number(toDecimal(r.latin1Line()))),
  q: (m, r) => m.put(r.byte()),
  r: (m, r) => m.put(r.uint32()),
  g: (m, r) => m.push(m.get(Number(toDecimal(r.latin1Line())))),
  h: (m, r) => m.push(m.get(r.byte())),
  j: (m, r) => m.push(m.get(r.uint32())),
  '\x94': (m) => m.memoize(),
  // names: recognised, or refused
  c: (m, r) => pushName(m, r.latin1Line(), r.latin1Line()),
  '\x93': pushStackName,
  R: reduce,
  b: build,
  P: (m, r) => pushPersistent(m, r.latin1Line()),
  Q: (m) => pushPersistent(m, m.pop()),
  i: (_, r) => refuse(`${r.latin1Line()}.${r.latin1Line()}`),
  o: () => refuse('OBJ'),
  '\x81': () => refuse('NEWOBJ'),
  '\x92': () => refuse('NEWOBJ_EX'),
  '\x82': () => refuse('EXT1'),
  '\x83': () => refuse('EXT2'),
  '\x84': () => refuse('EXT4'),
  '\x8f': () => refuse('EMPTY_SET'),
  '\x90': () => refuse('ADDITEMS'),
  '\x91': () => refuse('FROZENSET'),
  '\x97': () => refuse('NEXT_BUFFER'),
  '\x98': () => refuse('READONLY_BUFFER'),
};

function refuse(name: string): never {
  throw refusedPickle(name);
}

const STEPS_BY_BYTE: readonly (Step | undefined)[] = Array.from(
  { length: 256 },
  (_, code) => STEPS[String.fromCharCode(code)],
);

const STOP = 0x2e;

/**
 * The value of a pickle; what stands behind its end is not looked at. Bytes and what is made of them are views of `bytes`.
 * @throws AppError `pickleUnreadable` if it is broken or beyond the limits, `pickleRefused` if it asks for anything that
 *   `rules` do not recognise
 */
export function unpickle(bytes: Uint8Array, rules: PickleRules): PickleValue {
  return unpickleFirst(bytes, rules).value;
}

/** The same where several stand one after the other. @returns with it how many bytes it took @throws as `unpickle` */
export function unpickleFirst(
  bytes: Uint8Array,
  rules: PickleRules,
): { readonly value: PickleValue; readonly sizeBytes: number } {
  const limits = { ...PICKLE_LIMITS, ...rules.limits };
  let chargedBytes = 0;
  const reader = createPickleReader(bytes);
  const machine: Machine = {
    ...createPickleStack(limits),
    reader,
    rules,
    makers: new WeakMap(),
    charge(sizeBytes) {
      chargedBytes += sizeBytes;
      if (!(chargedBytes <= limits.bytes)) throw brokenPickle('too large');
    },
  };
  machine.charge(bytes.length);
  while (true) {
    const opcode = reader.byte();
    if (opcode === STOP) return { value: machine.pop(), sizeBytes: reader.position() };
    const step = STEPS_BY_BYTE[opcode];
    if (!step) throw brokenPickle(`no opcode: ${opcode}`);
    step(machine, reader);
  }
}
