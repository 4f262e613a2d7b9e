import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../testing/until.ts';
import { createTabLocks } from '../shell/tabLocks.ts';
import { createOwnership } from './ownership.ts';

let count = 0;

/** A tab, as far as ownership goes: two in one page are told apart by locks and channels like two pages. */
function openTab(name: string, letGo: () => Promise<boolean> = async () => true) {
  const seen: string[] = [];
  const tab = createOwnership(name, {
    letGo,
    onLost: () => seen.push('lost'),
    onOurs: (isAsked) => seen.push(isAsked ? 'asked' : 'free'),
    onRefused: (why) => seen.push(why),
  });
  return { seen, start: tab.start, ask: tab.ask };
}

// Tabs wait for seconds, each test's for a right of their own: side by side.
describe.each([
  ['with the locks of the browser', navigator.locks],
  ['with locks of our own, as over plain http', createTabLocks()],
])('the right to write the data set, %s', (_how, locks) => {
  beforeAll(() => void Object.defineProperty(navigator, 'locks', { value: locks, configurable: true }));
  afterAll(() => void Reflect.deleteProperty(navigator, 'locks'));

  it.concurrent('is the first tab’s, and goes from tab to tab as it is asked for, saved before', async () => {
    const name = `ownership test ${count++}`;
    let save = () => {};
    const first = openTab(name, () => new Promise((resolve) => (save = () => resolve(true))));
    const second = openTab(name);
    expect(await first.start()).toBe(true);
    expect(await second.start()).toBe(false);
    second.ask();
    await until(() => expect(save).not.toBe(undefined));
    // Nothing moves while the first has not saved.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([first.seen, second.seen]).toEqual([[], []]);
    save();
    await until(() => expect(second.seen).toEqual(['asked']));
    expect(first.seen).toEqual(['lost']);
    first.ask();
    await until(() => expect(first.seen).toEqual(['lost', 'asked']));
    expect(second.seen).toEqual(['asked', 'lost']);
  });

  it.concurrent('goes to the tab that asks, not to one that waits longer', async () => {
    const name = `ownership test ${count++}`;
    const [first, waiting, asking] = [0, 1, 2].map(() => openTab(name));
    expect(await first?.start()).toBe(true);
    expect(await waiting?.start()).toBe(false);
    expect(await asking?.start()).toBe(false);
    asking?.ask();
    await until(() => expect(asking?.seen).toEqual(['asked']));
    expect([first?.seen, waiting?.seen]).toEqual([['lost'], []]);
  });

  it.concurrent('goes in the end to the last of two that ask at once', async () => {
    const name = `ownership test ${count++}`;
    const first = openTab(name);
    const others = [openTab(name), openTab(name)];
    await first.start();
    for (const other of others) expect(await other.start()).toBe(false);
    for (const other of others) other.ask();
    await until(() => expect(others.map(({ seen }) => seen[0])).toEqual(['asked', 'asked']));
    expect(others.map(({ seen }) => seen.length).sort()).toEqual([1, 2]);
  });

  it.concurrent('stays where not everything could be saved, and that is said', async () => {
    const name = `ownership test ${count++}`;
    const first = openTab(name, async () => false);
    const second = openTab(name);
    await first.start();
    await second.start();
    second.ask();
    await until(() => expect(second.seen).toEqual(['notSaved']));
    expect(first.seen).toEqual([]);
  });

  it.concurrent('stays, and all that asked meanwhile are told', async () => {
    const name = `ownership test ${count++}`;
    let save = (_isSaved: boolean) => {};
    const first = openTab(name, () => new Promise((resolve) => (save = resolve)));
    const others = [openTab(name), openTab(name)];
    await first.start();
    for (const other of others) await other.start();
    for (const other of others) other.ask();
    await new Promise((resolve) => setTimeout(resolve, 300));
    save(false);
    await until(() => expect(others.map(({ seen }) => seen)).toEqual([['notSaved'], ['notSaved']]));
  });
});

describe('a tab that ends', () => {
  it.concurrent('leaves the right to one that waits', async () => {
    const name = `ownership test ${count++}`;
    let end = () => {};
    void navigator.locks.request(name, () => new Promise<void>((resolve) => (end = resolve)));
    const second = openTab(name);
    expect(await second.start()).toBe(false);
    second.ask();
    // It has a lock, but nobody answers: it is hung, or of an earlier version.
    await until(() => expect(second.seen).toEqual(['silent']));
    end();
    await until(() => expect(second.seen).toEqual(['silent', 'free']));
  });

  it.concurrent('and begins again, as at a reload, gets it back from one that has not asked', async () => {
    const name = `ownership test ${count++}`;
    let end = () => {};
    void navigator.locks.request(name, () => new Promise<void>((resolve) => (end = resolve)));
    const second = openTab(name);
    expect(await second.start()).toBe(false);
    end();
    await until(async () =>
      expect((await navigator.locks.query()).held?.some((one) => one.name === name)).toBe(false),
    );
    expect(await openTab(name).start()).toBe(true);
    expect(second.seen).toEqual([]);
  });
});
