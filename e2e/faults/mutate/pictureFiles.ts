/** Pictures that are hardly pictures any more: of every kind that the app takes, changed by chance. */
import type { Random } from '../../../src/shared/random.ts';
import { oneOf, wholeBetween } from '../chance.ts';
import { mutateBytes } from './bytes.ts';

/** Further changes of one file, each on top of the one before. */
const CHANGES_AT_MOST = 3;
/** Of so many SVGs one is drawn of itself, over and over. */
const NESTED_ONE_OF = 60;

const WRONG_VALUES = ['0', '-1', 'NaN', '1e9', '99999', '100%', '', 'url(#a)', 'javascript:alert(1)'];

/** Ten times itself, and that ten times: 10 to the power of `depth` circles in a few hundred bytes. */
export function nestedSvg(depth: number): string {
  const levels = Array.from({ length: depth }, (_, level) => {
    const inner = level === 0 ? '<circle r="1"/>' : `<use href="#l${level - 1}"/>`;
    return `<g id="l${level}">${inner.repeat(10)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><defs>${levels.join('')}</defs><use href="#l${depth - 1}"/></svg>`;
}

/** One change of an SVG's text: a value, a line, a bomb; or of its bytes. */
export function mutateSvg(text: string, random: Random): Uint8Array {
  const toBytes = (changed: string) => new TextEncoder().encode(changed);
  if (wholeBetween(random, 1, NESTED_ONE_OF) === 1) return toBytes(nestedSvg(wholeBetween(random, 3, 7)));
  const values = [...text.matchAll(/="[^"]*"/g)];
  if (values.length === 0 || random.next() < 0.5) return mutateBytes(toBytes(text), random);
  const { index, 0: old } = oneOf(random, values);
  return toBytes(`${text.slice(0, index)}="${oneOf(random, WRONG_VALUES)}"${text.slice(index + old.length)}`);
}

/** A file that was a picture. @param name its ending says of what kind it was */
export function mutatePicture(name: string, bytes: Uint8Array, random: Random): Uint8Array {
  if (name.endsWith('.svg')) return mutateSvg(new TextDecoder().decode(bytes), random);
  let changed = bytes;
  for (let left = wholeBetween(random, 1, CHANGES_AT_MOST); left > 0; left--)
    changed = mutateBytes(changed, random);
  return changed;
}
