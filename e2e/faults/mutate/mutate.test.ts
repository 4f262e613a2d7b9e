/** A fault that cannot be made again is worth little: the same seed makes the same bytes, and each of them differs. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/shared/random.ts';
import { toZip, unzip } from '../../pages/pictures.ts';
import { BYTE_CHANGES, mutateBytes } from './bytes.ts';
import { mutateJson, VALUE_CHANGES } from './json.ts';
import { MODEL_CHANGES, mutateModelZip } from './modelZips.ts';
import { mutatePicture, mutateSvg, nestedSvg } from './pictureFiles.ts';

const TRIES = 200;
const BYTES = Uint8Array.from({ length: 300 }, (_, i) => (i * 7 + 3) % 256);
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" fill="red"/></svg>';
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (value: string) => new TextEncoder().encode(value);

function many<Result>(make: (seed: number) => Result): Result[] {
  return Array.from({ length: TRIES }, (_, seed) => make(seed));
}

describe('changed bytes', () => {
  it.each(Object.entries(BYTE_CHANGES))(
    '"%s" differ, are the same for the same seed, and leave the original',
    (_name, change) => {
      const before = BYTES.slice();
      const changed = many((seed) => change(BYTES, createRandom(seed)));
      expect(changed).toEqual(many((seed) => change(BYTES, createRandom(seed))));
      expect(BYTES).toEqual(before);
      const hex = (one: Uint8Array) => Buffer.from(one).toString('hex');
      const same = changed.filter((one) => hex(one) === hex(BYTES));
      expect(same.length).toBeLessThan(TRIES / 20);
    },
  );

  it('are of every kind, and may be of next to nothing', () => {
    const lengths = new Set(many((seed) => mutateBytes(BYTES, createRandom(seed)).length));
    expect(Math.min(...lengths)).toBeLessThan(BYTES.length);
    expect(Math.max(...lengths)).toBeGreaterThan(BYTES.length);
    for (const tiny of [new Uint8Array(), new Uint8Array([1])])
      expect(() => many((seed) => mutateBytes(tiny, createRandom(seed)))).not.toThrow();
  });
});

describe('changed JSON', () => {
  const value = { name: 'x', sizes: [1, 2, { deep: true }], nothing: null };

  it('is JSON, and another one', () => {
    const changed = many((seed) => mutateJson(JSON.stringify(value), createRandom(seed)));
    for (const one of changed) expect(() => JSON.parse(one)).not.toThrow();
    const same = changed.filter((one) => one === JSON.stringify(value));
    // Nothing is made nothing now and then.
    expect(same.length).toBeLessThan(TRIES / 5);
    expect(new Set(changed).size).toBeGreaterThan(20);
  });

  it('changes in one place only', () => {
    for (const one of many((seed) => mutateJson(JSON.stringify(value), createRandom(seed)))) {
      const parsed = JSON.parse(one);
      const kept = (['name', 'sizes', 'nothing'] as const).filter(
        (key) => JSON.stringify(parsed[key]) === JSON.stringify(value[key]),
      );
      expect(kept.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('knows what is taken out, doubled and out of bounds', () => {
    const random = createRandom(1);
    expect(VALUE_CHANGES['taken out']?.(1, random)).toBeUndefined();
    expect(VALUE_CHANGES['three thousand']?.([1, 2], random)).toHaveLength(3000);
    expect(VALUE_CHANGES['a little more']?.(4, random)).toBe(5);
  });
});

describe('changed pictures', () => {
  it('are SVGs with another value or of themselves, or changed bytes', () => {
    const changed = many((seed) => text(mutateSvg(SVG, createRandom(seed))));
    expect(changed.filter((one) => one === SVG).length).toBeLessThan(TRIES / 10);
    expect(changed.filter((one) => one.includes('<use')).length).toBeGreaterThan(0);
    expect(changed.filter((one) => one.includes('="NaN"')).length).toBeGreaterThan(0);
  });

  it('are made by the ending of their name', () => {
    const svg = text(mutatePicture('a.svg', bytes(SVG), createRandom(2)));
    expect(svg).toBe(text(mutateSvg(SVG, createRandom(2))));
    expect(mutatePicture('a.png', BYTES, createRandom(2))).not.toEqual(BYTES);
  });

  it('multiply by ten with every level', () => {
    expect(nestedSvg(3).match(/<use/g)).toHaveLength(21);
    expect(nestedSvg(7).length).toBeLessThan(2000);
  });
});

describe('changed model files', () => {
  const files = {
    'model.json': bytes('{"layers":[{"units":3}],"weights":[1,2]}'),
    'headstart.json': bytes('{"classNames":["a","b"]}'),
    'weights.bin': new Uint8Array(new Float32Array([1, 2, 3]).buffer),
  };

  it.each(Object.entries(MODEL_CHANGES))('"%s" changes something and leaves the rest', (_name, change) => {
    for (const changed of many((seed) => change(files, createRandom(seed)))) {
      const kept = Object.entries(files).filter(
        ([path, before]) => text(changed[path as keyof typeof files] ?? new Uint8Array()) === text(before),
      );
      expect(kept.length).toBeGreaterThanOrEqual(1);
    }
  });

  it('hold weights that are no numbers', () => {
    const change = MODEL_CHANGES['weights that are no numbers'];
    const changed = many((seed) => change?.(files, createRandom(seed))['weights.bin'] ?? new Uint8Array());
    const isAllFinite = (one: Uint8Array) => new Float32Array(one.slice().buffer).every(Number.isFinite);
    expect(changed.some((one) => !isAllFinite(one))).toBe(true);
  });

  it('are zips, mostly, with the same in them for the same seed', async () => {
    const whole = await toZip(files);
    const contentOf = async (seed: number) =>
      unzip(await mutateModelZip(whole, files, createRandom(seed))).catch(() => null);
    const contents = await Promise.all(Array.from({ length: 12 }, (_, seed) => contentOf(seed)));
    const readable = contents.filter((one) => one !== null);
    expect(readable.length).toBeGreaterThan(6);
    expect(readable.length).toBeLessThan(12);
    expect(await contentOf(contents.indexOf(readable[0] ?? null))).toEqual(readable[0]);
  });
});
