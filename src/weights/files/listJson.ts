/** JSON that lists tensors. A key that comes twice would hide one of them, and JSON.parse says nothing of it. */
import { damagedWeights } from './fileErrors.ts';

/** Parses JSON text out of a file. @throws AppError weightsFileDamaged */
export function parseListJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw damagedWeights(place, thrown);
  }
}

/** Where the string that begins at `start` ends: behind its closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** The keys of the outermost object of valid JSON, in their order, as often as they stand there. */
function outerKeys(text: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    else if (sign === '"') {
      const end = endOfString(text, at);
      // A key is a string with a colon behind it.
      if (depth === 1 && /^\s*:/.test(text.slice(end, end + 100))) {
        keys.push(String(JSON.parse(text.slice(at, end))));
      }
      at = end - 1;
    }
  }
  return keys;
}

/**
 * @param text valid JSON of an object
 * @throws AppError weightsFileDamaged with the key of the outermost object that comes twice
 */
export function refuseRepeatedKeys(text: string): void {
  const seen = new Set<string>();
  for (const key of outerKeys(text)) {
    if (seen.has(key)) throw damagedWeights(key, 'listed twice');
    seen.add(key);
  }
}
