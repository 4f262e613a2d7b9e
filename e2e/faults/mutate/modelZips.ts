/** Model files that nobody exported: one real file, with its bytes, its numbers, its shapes or its sizes changed by chance. */
import type { Random } from '../../../src/shared/random.ts';
import { bytesAt, type Files, toZip } from '../../pages/pictures.ts';
import { oneOf, wholeBetween } from '../chance.ts';
import { mutateBytes } from './bytes.ts';
import { mutateJson } from './json.ts';

const WRONG_NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e38, -1e38, 1e-40];
/** The files that a reader takes its word from. */
const SPOKEN = /\.json$/;
const WEIGHTS = /\.bin$/;

type Change = (files: Files, random: Random) => Files;

function changeOne(
  files: Files,
  random: Random,
  fits: RegExp,
  change: (bytes: Uint8Array) => Uint8Array,
): Files {
  const path = oneOf(
    random,
    Object.keys(files).filter((name) => fits.test(name)),
  );
  return { ...files, [path]: change(bytesAt(files, path)) };
}

/** Some of the weights, as float32. */
function wrongWeights(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  const values = Math.floor(changed.length / 4);
  if (values === 0) return changed;
  const wrong = oneOf(random, WRONG_NUMBERS);
  for (let left = oneOf(random, [1, 1, 10, values]); left > 0; left--)
    view.setFloat32(4 * wholeBetween(random, 0, values - 1), wrong, true);
  return changed;
}

export const MODEL_CHANGES: Readonly<Record<string, Change>> = {
  'one value': (files, random) =>
    changeOne(files, random, SPOKEN, (bytes) =>
      new TextEncoder().encode(mutateJson(new TextDecoder().decode(bytes), random)),
    ),
  'three values': (files, random) => {
    let changed = files;
    for (let left = 3; left > 0; left--) changed = (MODEL_CHANGES['one value'] as Change)(changed, random);
    return changed;
  },
  'bytes of what it says': (files, random) =>
    changeOne(files, random, SPOKEN, (bytes) => mutateBytes(bytes, random)),
  'bytes of the weights': (files, random) =>
    changeOne(files, random, WEIGHTS, (bytes) => mutateBytes(bytes, random)),
  'weights that are no numbers': (files, random) =>
    changeOne(files, random, WEIGHTS, (bytes) => wrongWeights(bytes, random)),
  'a file missing': (files, random) => {
    const gone = oneOf(random, Object.keys(files));
    return Object.fromEntries(Object.entries(files).filter(([path]) => path !== gone));
  },
  'a file too many': (files, random) => {
    const path = oneOf(random, [
      '../headstart.json',
      'copy/headstart.json',
      'model.json.bak',
      'con',
      '\u202Egpj.exe',
    ]);
    return { ...files, [path]: bytesAt(files, oneOf(random, Object.keys(files))) };
  },
};

/** How many zips in a hundred are changed as a whole, not file by file. */
const RAW_PERCENT = 25;

/** @param whole the exported file; `files`: what is in it */
export async function mutateModelZip(whole: Uint8Array, files: Files, random: Random): Promise<Uint8Array> {
  if (random.next() * 100 < RAW_PERCENT) return mutateBytes(whole, random);
  return toZip(oneOf(random, Object.values(MODEL_CHANGES))(files, random));
}
