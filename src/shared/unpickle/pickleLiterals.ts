/** Numbers and strings as protocol 0 writes them, in letters, and integers of any length. */
import { brokenPickle, type PickleValue } from './pickleValue.ts';

/** No number that weights or labels hold is longer; the time for a long one grows with its square. */
const MAX_INTEGER_BYTES = 32;

function toInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Two's complement, little-endian; none at all is 0. */
export function toLong(bytes: Uint8Array): number | bigint {
  if (bytes.length > MAX_INTEGER_BYTES) throw brokenPickle(`an integer of ${bytes.length} bytes`);
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return toInteger(BigInt.asIntN(bytes.length * 8, value));
}

/** Decimal digits; Python 2 put an `L` behind long ones. `00` and `01` are false and true in a line of `INT`. */
export function toDecimal(text: string): number | bigint {
  const digits = /^\s*([+-]?\d{1,80})L?\s*$/.exec(text)?.[1];
  if (digits === undefined) throw brokenPickle(`not an integer: ${text.slice(0, 80)}`);
  return toInteger(BigInt(digits.replace('+', '')));
}

export function toIntLine(text: string): PickleValue {
  return text === '00' || text === '01' ? text === '01' : toDecimal(text);
}

export function toFloatLine(text: string): number {
  const named = /^([+-]?)(inf|nan)$/i.exec(text.trim());
  if (named) {
    const size = named[2]?.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    return named[1] === '-' ? -size : size;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim())) throw brokenPickle('not a number');
  return Number(text);
}

const ESCAPES: Readonly<Record<string, number>> = {
  ...{ '\\': 92, "'": 39, '"': 34, a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 },
};

/** A string as Python 2 printed it, quotes and escapes included. */
export function toQuotedBytes(text: string): Uint8Array {
  const trimmed = text.trim();
  const quote = trimmed[0];
  if (trimmed.length < 2 || (quote !== "'" && quote !== '"') || trimmed.at(-1) !== quote)
    throw brokenPickle('a string without quotes');
  const inside = trimmed.slice(1, -1);
  const bytes = new Uint8Array(inside.length);
  let length = 0;
  for (const [, hex, octal, letter, plain] of inside.matchAll(
    /\\x([0-9a-f]{2})|\\([0-7]{1,3})|\\([\s\S])|([^\\])/gi,
  )) {
    let code = plain?.charCodeAt(0);
    if (hex !== undefined) code = Number.parseInt(hex, 16);
    if (octal !== undefined) code = Number.parseInt(octal, 8);
    if (letter !== undefined) code = ESCAPES[letter];
    if (code === undefined) throw brokenPickle('an unknown escape in a string');
    bytes[length++] = code;
  }
  return bytes.subarray(0, length);
}

/** Latin-1 with `\uXXXX` and `\UXXXXXXXX`, Python's raw-unicode-escape. */
export function toRawUnicode(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})|\\U([0-9a-f]{8})/gi, (_, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long ?? '', 16);
    if (code > 0x10ffff) throw brokenPickle('a character beyond Unicode');
    return String.fromCodePoint(code);
  });
}
