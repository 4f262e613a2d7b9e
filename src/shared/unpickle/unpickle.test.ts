import { describe, expect, it } from 'vitest';
import {
  ARRAYS,
  CALLS_SYSTEM,
  CYCLE,
  OBJECT_ARRAY,
  OBJECTS,
  PERSISTENT,
  PLAIN,
  SET,
  SHARED,
} from '../../testing/unpickle/pickles.ts';
import { AppError } from '../errors.ts';
import { NUMPY_GLOBALS, toNumpyContent } from './numpyGlobals.ts';
import { isPickleDict, type PickleRules, toPickleText } from './pickleValue.ts';
import { unpickle } from './unpickle.ts';

const rules: PickleRules = { globals: NUMPY_GLOBALS };

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
/** Bytes given as text of Latin-1, as opcodes are best read. */
const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const load = (base64: string, given = rules) => unpickle(fromBase64(base64), given);

function dictOf(base64: string) {
  const value = load(base64);
  if (!isPickleDict(value)) throw new Error('no dict');
  return value;
}

function failureOf(bytes: Uint8Array, given = rules): Pick<AppError, 'code' | 'details'> {
  try {
    unpickle(bytes, given);
  } catch (thrown) {
    if (thrown instanceof AppError) return { code: thrown.code, details: thrown.details };
    throw thrown;
  }
  throw new Error('it was read');
}

const refusal = (name: string) => ({ code: 'pickleRefused', details: { name } });
const broken = { code: 'pickleUnreadable', details: {} };

describe.each(PLAIN.map((base64, protocol) => ({ protocol, base64 })))('protocol $protocol', (one) => {
  it('gives plain values', () => {
    expect(Object.fromEntries(dictOf(one.base64))).toEqual({
      ...{
        none: null,
        yes: true,
        no: false,
        small: 7,
        minus: -3,
        mid: 70_000,
        big: 2 ** 40,
        huge: 2n ** 70n,
      },
      ...{ float: 0.5, inf: Number.NEGATIVE_INFINITY, text: 'Äpfel \\ 空\n' },
      ...{ bytes: Uint8Array.of(0, 255), empty: new Uint8Array(0) },
      ...{ tuple: [1, [2], []], list: [[], ['a']], four: [1, 2, 3, 4] },
    });
  });

  it('gives arrays of NumPy', () => {
    const dict = dictOf(ARRAYS[one.protocol] ?? '');
    expect(toNumpyContent(dict.get('data'))).toEqual({
      dtype: { numberKind: 'u', itemBytes: 1, isLittleEndian: true },
      shape: [3, 4],
      isFortran: false,
      bytes: Uint8Array.from({ length: 12 }, (_, i) => i),
    });
    expect(toNumpyContent(dict.get('labels'))).toEqual({
      dtype: { numberKind: 'i', itemBytes: 2, isLittleEndian: false },
      shape: [3],
      isFortran: false,
      bytes: Uint8Array.of(0, 1, 255, 254, 1, 44),
    });
    expect(toNumpyContent(dict.get('f'))).toEqual({
      dtype: { numberKind: 'f', itemBytes: 4, isLittleEndian: true },
      shape: [2, 2],
      isFortran: true,
      bytes: new Uint8Array(Float32Array.of(1.5, 3.5, 2.5, 4.5).buffer),
    });
    expect(dict.get('scalar')).toBe(-5);
  });

  it('is broken wherever it is cut', () => {
    for (const base64 of [one.base64, ARRAYS[one.protocol] ?? '']) {
      const bytes = fromBase64(base64);
      for (let end = 0; end < bytes.length; end++) expect(failureOf(bytes.subarray(0, end))).toEqual(broken);
    }
  });

  it('ends with a value or a named error, whatever byte is changed', () => {
    const bytes = fromBase64(ARRAYS[one.protocol] ?? '');
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [1, 0x80, 0xff]) {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ change;
        try {
          unpickle(changed, { ...rules, limits: { values: 1000 } });
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
        }
      }
    }
  });
});

describe('what is shared', () => {
  it('stays one value', () => {
    const value = load(SHARED);
    expect(value).toEqual([[1], [1]]);
    expect(Array.isArray(value) && value[0] === value[1]).toBe(true);
  });

  it('may hold itself', () => {
    const value = load(CYCLE);
    expect(Array.isArray(value) && value[0] === value).toBe(true);
  });
});

describe('strings of Python 2', () => {
  it('are bytes, and keys are text', () => {
    const value = unpickle(
      bytesOf("}(S'data'\nU\x02\xff\x00T\x01\x00\x00\x00aS'\\x41\\n\\'\\101'\nu."),
      rules,
    );
    expect(value).toEqual(
      new Map([
        ['data', Uint8Array.of(255, 0)],
        ['a', bytesOf("A\n'A")],
      ]),
    );
  });

  it('are text where they can be', () => {
    expect(toPickleText(bytesOf('cat'))).toBe('cat');
    expect(toPickleText(Uint8Array.of(255))).toBeNull();
    expect(toPickleText('cat')).toBe('cat');
    expect(toPickleText(7)).toBeNull();
  });
});

describe('names', () => {
  it('that are not recognised are refused, and named', () => {
    for (const base64 of CALLS_SYSTEM) expect(failureOf(fromBase64(base64))).toEqual(refusal('posix.system'));
    expect(OBJECTS.map((base64) => failureOf(fromBase64(base64)))).toEqual([
      refusal('copy_reg._reconstructor'),
      refusal('__main__.Plain'),
    ]);
  });

  it('are shown without what could harm', () => {
    expect(failureOf(bytesOf(`c<script>\n${'x'.repeat(200)}\n.`))).toEqual(
      refusal(`?script?.${'x'.repeat(71)}`),
    );
  });

  it('are refused however they are called', () => {
    expect(failureOf(bytesOf('(S"true"\nios\nsystem\n.'))).toEqual(refusal('os.system'));
    expect(failureOf(bytesOf('(cnumpy\ndtype\no.'))).toEqual(refusal('OBJ'));
    expect(failureOf(bytesOf('cnumpy\ndtype\n)\x81.'))).toEqual(refusal('NEWOBJ'));
    expect(failureOf(bytesOf('cnumpy\ndtype\n)}\x92.'))).toEqual(refusal('NEWOBJ_EX'));
    expect(failureOf(bytesOf('\x82\x01.'))).toEqual(refusal('EXT1'));
    expect(failureOf(bytesOf('Pid\n.'))).toEqual(refusal('persistent id'));
    expect(failureOf(bytesOf('\x8c\x02os\x8c\x06system\x93.'))).toEqual(refusal('os.system'));
    expect(failureOf(bytesOf('\x97.'))).toEqual(refusal('NEXT_BUFFER'));
    expect(failureOf(fromBase64(SET))).toEqual(refusal('EMPTY_SET'));
  });

  it('stand as values, and are not called where the caller gives no meaning to that', () => {
    expect(unpickle(bytesOf('cnumpy\nndarray\n.'), rules)).toEqual({ kind: 'name', name: 'numpy.ndarray' });
    expect(failureOf(bytesOf('cnumpy\nndarray\n)R.'))).toEqual(refusal('numpy.ndarray'));
    expect(failureOf(bytesOf('K\x01)R.'))).toEqual(refusal('REDUCE'));
  });

  it('fill only what they made', () => {
    expect(failureOf(bytesOf('}}b.'))).toEqual(refusal('BUILD'));
    expect(failureOf(bytesOf('cnumpy\nndarray\n}b.'))).toEqual(refusal('BUILD'));
    expect(failureOf(bytesOf('c_codecs\nencode\n(X\x01\x00\x00\x00aX\x06\x00\x00\x00latin1tR}b.'))).toEqual(
      refusal('BUILD'),
    );
  });

  it('outside of the pickle are asked of the caller', () => {
    expect(load(PERSISTENT, { ...rules, persistent: (id) => ['found', id] })).toEqual([
      ['found', ['storage', 1]],
    ]);
    expect(failureOf(fromBase64(PERSISTENT))).toEqual(refusal('persistent id'));
  });
});

describe('arrays', () => {
  it('of objects are refused', () => {
    expect(failureOf(fromBase64(OBJECT_ARRAY))).toEqual(broken);
  });

  it('have as many bytes as they say', () => {
    const dtype = "cnumpy\ndtype\n(S'u1'\nI00\nI01\ntR";
    const array = (shape: string) =>
      bytesOf(`cnumpy.core.numeric\n_frombuffer\n(U\x04abcd${dtype}${shape}S'C'\ntR.`);
    expect(toNumpyContent(unpickle(array('(K\x02K\x02t'), rules))?.shape).toEqual([2, 2]);
    for (const shape of [
      '(K\x02K\x03t',
      '(I-2\nI-2\nt',
      "(S'4'\nt",
      '(F0.5\nK\x08t',
      'N',
      '(I4294967296\nI4294967296\nt',
    ])
      expect(failureOf(array(shape))).toEqual(broken);
  });
});

describe('limits', () => {
  const limited = (limits: PickleRules['limits']): PickleRules => ({ ...rules, limits: limits ?? {} });

  it('hold lengths that lie before anything is taken', () => {
    for (const text of [
      'X\xff\xff\xff\xff',
      'T\xff\xff\xff\x7f',
      'T\xff\xff\xff\xff',
      `\x8e${'\xff'.repeat(8)}`,
      `\x96\x00\x00\x00\x00\x00\x00\x00\x80`,
      '\x8b\xff\xff\xff\x7f',
      '\x8b\xff\xff\xff\xff',
    ])
      expect(failureOf(bytesOf(`${text}abc.`))).toEqual(broken);
  });

  it('hold values, marks, the memo and long integers', () => {
    expect(failureOf(bytesOf(`${'N'.repeat(11)}.`), limited({ values: 10 }))).toEqual(broken);
    expect(failureOf(bytesOf(`${'('.repeat(11)}.`), limited({ depth: 10 }))).toEqual(broken);
    expect(failureOf(bytesOf('Nq\x00q\x01q\x02.'), limited({ memoEntries: 2 }))).toEqual(broken);
    expect(failureOf(bytesOf(`\x8a\xff${'\x01'.repeat(255)}.`))).toEqual(broken);
    expect(failureOf(bytesOf(`L${'9'.repeat(100)}L\n.`))).toEqual(broken);
    expect(failureOf(bytesOf('N'.repeat(100)), limited({ bytes: 99 }))).toEqual(broken);
  });

  it('hold copies of the same bytes over and over', () => {
    const copy = 'h\x00h\x01R0';
    const start = `c_codecs\nencode\nq\x000(X\x64\x00\x00\x00${'a'.repeat(100)}X\x06\x00\x00\x00latin1tq\x010`;
    expect(unpickle(bytesOf(`${start}${copy.repeat(5)}N.`), limited({ bytes: 1000 }))).toBeNull();
    expect(failureOf(bytesOf(`${start}${copy.repeat(50)}N.`), limited({ bytes: 1000 }))).toEqual(broken);
    const key = `}U\x64${'k'.repeat(100)}q\x000${'h\x00Ns'.repeat(10)}.`;
    expect(unpickle(bytesOf(key), limited({ bytes: 2000 }))).toBeInstanceOf(Map);
    expect(failureOf(bytesOf(key), limited({ bytes: 1000 }))).toEqual(broken);
  });

  it('hold where the stack has nothing to give', () => {
    for (const text of [
      '.',
      '0.',
      '1.',
      'a.',
      '(a.',
      'K\x01a.',
      '}K\x01K\x02K\x03s.',
      '](K\x01u.',
      't.',
      'h\x07.',
      '\x80\x06N.',
      '~.',
    ])
      expect(failureOf(bytesOf(text)), text).toEqual(broken);
  });
});
