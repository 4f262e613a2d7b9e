/** JSON that is still JSON, with one thing in it that nobody would have written. */
import type { Random } from '../../../src/shared/random.ts';
import { oneOf } from '../chance.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Path = readonly (string | number)[];

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every place in it but the whole. */
function pathsOf(value: Json, path: Path = []): readonly Path[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) => [[...path, index], ...pathsOf(item, [...path, index])]);
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...path, key], ...pathsOf(item, [...path, key])]);
}

/** A copy with the value at a place replaced; undefined takes it out. */
function withValue(
  value: Json,
  [first, ...rest]: Path,
  change: (before: Json) => Json | undefined,
): Json | undefined {
  if (first === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) => {
      if (index !== first) return [item];
      const changed = withValue(item, rest, change);
      return changed === undefined ? [] : [changed];
    });
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]): readonly (readonly [string, Json])[] => {
    if (key !== first) return [[key, item]];
    const changed = withValue(item, rest, change);
    return changed === undefined ? [] : [[key, changed]];
  });
  return Object.fromEntries(entries);
}

/** Many of it, but no more than a hostile file would need. */
function repeated(value: Json, times: number): Json {
  if (Array.isArray(value))
    return Array.from({ length: times }, (_, i) => value[i % Math.max(1, value.length)] ?? null);
  if (typeof value === 'string') return value.padEnd(times, '名x ');
  return Array.from({ length: times }, () => value);
}

export const VALUE_CHANGES: Readonly<Record<string, (before: Json, random: Random) => Json | undefined>> = {
  'taken out': () => undefined,
  nothing: () => null,
  negative: () => -1,
  zero: () => 0,
  'not whole': () => 1.5,
  large: (_before, random) => oneOf(random, [1e5, 2 ** 31, 2 ** 53, 1e300]),
  'a number as a word': () => '12',
  'no number': () => 'NaN',
  'an empty list': () => [],
  'an empty object': () => ({}),
  'the other truth': (before) => before !== true,
  'a little more': (before) => (typeof before === 'number' ? before + 1 : before),
  'three thousand': (before) => (typeof before === 'number' ? 3000 : repeated(before, 3000)),
  'a hundred times': (before) => repeated(before, 100),
  'a name that is none': () => '__proto__',
  'a path out of the folder': () => '../../weights.bin',
};

/** One change at one place, both left to chance. @throws SyntaxError where the text is no JSON */
export function mutateJson(text: string, random: Random): string {
  const value: Json = JSON.parse(text);
  const paths = pathsOf(value);
  if (paths.length === 0) return text;
  const change = oneOf(random, Object.values(VALUE_CHANGES));
  return JSON.stringify(withValue(value, oneOf(random, paths), (before) => change(before, random)) ?? null);
}
