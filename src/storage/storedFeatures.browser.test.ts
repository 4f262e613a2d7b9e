import { afterEach, describe, expect, it } from 'vitest';
import { inTransaction } from './database.ts';
import { clearFeatures, forgetSources, getFeatures, hasFeatures, putFeatures } from './storedFeatures.ts';

const SOURCE = 'features-test';
const OTHER = 'features-test-2';
const COUNT = 3000;

function entriesOf(count: number, length = 8) {
  return Array.from({ length: count }, (_, i) => ({
    hash: (i * 2_654_435_761).toString(16).padStart(14, '0'),
    values: new Uint16Array(length).fill(i),
  }));
}

afterEach(clearFeatures);

describe('features', () => {
  it('come back by content, and unknown ones are missing', async () => {
    const entries = entriesOf(COUNT);
    await putFeatures(SOURCE, entries);
    const all = await getFeatures(SOURCE, [...entries.map(({ hash }) => hash), 'unknown']);
    expect(all.size).toBe(COUNT);
    expect(entries.every(({ hash, values }) => all.get(hash)?.[7] === values[7])).toBe(true);
  });

  it('are found one by one as well as all at once', async () => {
    const entries = entriesOf(400);
    await putFeatures(SOURCE, entries);
    for (const count of [0, 1, 3, 99, 100, 101, 257, 400]) {
      const hashes = entries.slice(400 - count).map(({ hash }) => hash);
      const found = await getFeatures(SOURCE, [...hashes, 'unknown']);
      expect([...found.keys()].sort()).toEqual([...hashes].sort());
      expect([...(await hasFeatures(SOURCE, [...hashes, 'unknown']))].sort()).toEqual([...hashes].sort());
      const wrong = entries.filter(
        ({ hash, values }) => found.has(hash) && found.get(hash)?.[0] !== values[0],
      );
      expect(wrong).toEqual([]);
    }
  });

  it('of other weights are others', async () => {
    await putFeatures(SOURCE, entriesOf(2));
    await putFeatures(OTHER, entriesOf(3));
    const hashes = entriesOf(3).map(({ hash }) => hash);
    expect((await getFeatures(SOURCE, hashes)).size).toBe(2);
    expect((await hasFeatures(SOURCE, hashes)).size).toBe(2);
    expect((await hasFeatures(OTHER, hashes)).size).toBe(3);
  });

  it('of all sources go when they are cleared', async () => {
    const entries = entriesOf(5);
    const hashes = entries.map(({ hash }) => hash);
    await putFeatures(SOURCE, entries);
    await putFeatures(OTHER, entries);
    await clearFeatures();
    expect((await hasFeatures(SOURCE, hashes)).size).toBe(0);
    expect((await hasFeatures(OTHER, hashes)).size).toBe(0);
  });

  it('of sources whose names begin alike go, but for those to keep', async () => {
    const entries = entriesOf(3);
    const hashes = entries.map(({ hash }) => hash);
    const gone = ['some:aa:0:x', 'some:ab:1:x', 'some:b:', 'some:b~:0:x', 'some:zz:~'];
    const kept = ['some:b:0:x', 'some:b:1:x', 'some', 'somd:b:0', 'somf', SOURCE];
    for (const source of [...gone, ...kept]) await putFeatures(source, entries);
    await forgetSources('some:', 'some:b:');
    const left = await Promise.all(
      [...gone, ...kept].map(async (source) =>
        (await hasFeatures(source, hashes)).size === 3 ? [source] : [],
      ),
    );
    expect(left.flat()).toEqual(['some:b:', ...kept]);
  });

  it('are stored without the rest of the batch they were cut from', async () => {
    const batch = new Uint16Array(1000);
    await putFeatures(SOURCE, [{ hash: 'cut', values: batch.subarray(8, 16) }]);
    const stored = await inTransaction(['features'], 'readonly', ({ store }) => store.get([SOURCE, 'cut']));
    expect(stored?.buffer.byteLength).toBe(16);
  });

  it('of 10,000 pictures are read in seconds', async () => {
    const entries = entriesOf(10_000, 2048);
    await putFeatures(SOURCE, entries);
    const startMs = performance.now();
    const found = await getFeatures(
      SOURCE,
      entries.map(({ hash }) => hash),
    );
    const elapsedMs = performance.now() - startMs;
    expect(found.size).toBe(10_000);
    expect(elapsedMs).toBeLessThan(10_000);
  });
});
