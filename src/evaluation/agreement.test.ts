import { describe, expect, it } from 'vitest';
import { createRandom, shuffle } from '../shared/random.ts';
import { differenceInterval, intersect, isSettled, type PairedCounts } from './agreement.ts';

/** 1: right by the second alone; −1: by the first alone; 0: alike. */
function setOf(total: number, onlySecond: number, onlyFirst: number): Int8Array {
  const set = new Int8Array(total);
  set.fill(1, 0, onlySecond);
  set.fill(-1, onlySecond, onlySecond + onlyFirst);
  return set;
}

/** Looks at a set in an order drawn by the seed, after every `every` pictures. */
function check(set: Int8Array, seed: number, every: number) {
  const order = shuffle(set.slice(), createRandom(seed));
  const truth = set.reduce((sum, value) => sum + value, 0) / set.length;
  let counts: PairedCounts = { total: set.length, checked: 0, onlyFirst: 0, onlySecond: 0 };
  let interval: readonly [number, number] = [-1, 1];
  let alwaysHeld = true;
  let settledAt: number | null = null;
  order.forEach((value, i) => {
    counts = {
      total: set.length,
      checked: i + 1,
      onlyFirst: counts.onlyFirst + (value < 0 ? 1 : 0),
      onlySecond: counts.onlySecond + (value > 0 ? 1 : 0),
    };
    if ((i + 1) % every !== 0 && i + 1 < set.length) return;
    interval = intersect(interval, differenceInterval(counts));
    if (truth < interval[0] - 1e-12 || truth > interval[1] + 1e-12) alwaysHeld = false;
    if (settledAt === null && isSettled(interval)) settledAt = i + 1;
  });
  return { alwaysHeld, settledAt: settledAt ?? set.length, interval };
}

/** Share of orders in which the interval held at every look, and how many pictures it took on average. */
function simulate(total: number, onlySecond: number, onlyFirst: number, orders: number, every: number) {
  const set = setOf(total, onlySecond, onlyFirst);
  let held = 0;
  let pictures = 0;
  for (let seed = 1; seed <= orders; seed++) {
    const { alwaysHeld, settledAt } = check(set, seed, every);
    if (alwaysHeld) held += 1;
    pictures += settledAt;
  }
  return { held: held / orders, pictures: pictures / orders };
}

describe('the interval of a difference seen in part', () => {
  it.each([
    // total, right by exact alone, right by quick alone
    [200, 0, 0],
    [200, 3, 3],
    [200, 8, 0],
    [200, 30, 10],
    [1000, 5, 5],
    [1000, 0, 12],
  ])(
    'holds at every look in at least 95 of 100 orders: %i pictures, %i and %i differ',
    (total, more, less) => {
      const { held } = simulate(total, more, less, 200, total / 20);
      expect(held).toBeGreaterThanOrEqual(0.95);
    },
  );

  it('needs fewer pictures than there are, the fewer of them the more there are', () => {
    const none = simulate(1117, 0, 0, 1, 10);
    expect(none.pictures).toBeGreaterThan(500);
    expect(none.pictures).toBeLessThan(620);
    const many = simulate(10_000, 5, 5, 2, 250);
    expect(many.pictures).toBeLessThan(2500);
    const differing = simulate(1117, 5, 5, 5, 20);
    expect(differing.pictures).toBeLessThan(1117);
  });

  it('is exact once all have been looked at, and knows nothing before the first', () => {
    expect(differenceInterval({ total: 40, checked: 40, onlyFirst: 1, onlySecond: 3 })).toEqual([0.05, 0.05]);
    expect(differenceInterval({ total: 40, checked: 0, onlyFirst: 0, onlySecond: 0 })).toEqual([-1, 1]);
    expect(differenceInterval({ total: 0, checked: 0, onlyFirst: 0, onlySecond: 0 })).toEqual([0, 0]);
  });

  it('turns round with the two', () => {
    const [low, high] = differenceInterval({ total: 500, checked: 100, onlyFirst: 4, onlySecond: 1 });
    const [turnedLow, turnedHigh] = differenceInterval({
      total: 500,
      checked: 100,
      onlyFirst: 1,
      onlySecond: 4,
    });
    expect([turnedLow, turnedHigh]).toEqual([-high, -low]);
    expect(low).toBeLessThan(-0.03);
  });

  it('rules out what a count of all sets rules out', () => {
    // By hand: of 3 with one seen alike, each way of the other two has a probability of 1, 2/3 or 1/3 of that.
    expect(differenceInterval({ total: 3, checked: 1, onlyFirst: 0, onlySecond: 0 })).toEqual([
      -2 / 3,
      2 / 3,
    ]);
  });
});
