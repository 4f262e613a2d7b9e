import { describe, expect, it } from 'vitest';
import { DECODE_FRACTIONS, decodeBudgetOf } from './decodeBudget.ts';
import { createDecodeQueue, decodedBytesOf } from './decodeQueue.ts';

/** Jobs that run until they are told to end. */
function openQueue(budgetBytes: number) {
  const queue = createDecodeQueue(budgetBytes);
  const running = new Map<string, { readonly bytes: number; readonly end: (error?: Error) => void }>();
  let mostBytes = 0;
  const start = (name: string, bytes: number) =>
    queue.run(
      bytes,
      () =>
        new Promise<string>((resolve, reject) => {
          const end = (error?: Error) => {
            running.delete(name);
            if (error) reject(error);
            else resolve(name);
          };
          running.set(name, { bytes, end });
          const sum = [...running.values()].reduce((total, one) => total + one.bytes, 0);
          mostBytes = Math.max(mostBytes, sum);
        }),
    );
  return { start, running, most: () => mostBytes };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('createDecodeQueue', () => {
  it('never holds more than its budget, and does all', async () => {
    const { start, running, most } = openQueue(100);
    const done = Array.from({ length: 40 }, (_, i) => start(`${i}`, 1 + ((i * 37) % 60)));
    let ended = 0;
    while (ended < 40) {
      await settled();
      const [first] = running.values();
      expect(first, 'one of them runs always').toBeDefined();
      first?.end();
      ended += 1;
    }
    expect(await Promise.all(done)).toHaveLength(40);
    expect(most()).toBeLessThanOrEqual(100);
    expect(most()).toBeGreaterThan(60);
  });

  it('does alone what is larger than the budget, and in its turn', async () => {
    const { start, running } = openQueue(100);
    const all = [start('small', 10), start('huge', 500), start('after', 10)];
    await settled();
    expect([...running.keys()]).toEqual(['small']);
    running.get('small')?.end();
    await settled();
    expect([...running.keys()]).toEqual(['huge']);
    running.get('huge')?.end();
    await settled();
    expect([...running.keys()]).toEqual(['after']);
    running.get('after')?.end();
    await Promise.all(all);
  });

  it('makes room when work fails', async () => {
    const { start, running } = openQueue(100);
    const failing = start('one', 100);
    const next = start('two', 100);
    await settled();
    running.get('one')?.end(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    await settled();
    running.get('two')?.end();
    expect(await next).toBe('two');
  });

  it('keeps nothing waiting that takes no room', async () => {
    const { start, running } = openQueue(100);
    const all = [start('huge', 500), start('frame', 0)];
    await settled();
    expect([...running.keys()].sort()).toEqual(['frame', 'huge']);
    for (const { end } of [...running.values()]) end();
    await Promise.all(all);
  });
});

describe('what decoding takes', () => {
  it('is four bytes a pixel and the file, and twice that under white', () => {
    const picture = { kind: 'picture', widthPx: 8_000, heightPx: 6_000 } as const;
    expect(decodedBytesOf({ ...picture, format: 'jpeg' }, 5e6)).toBe(192e6 + 5e6);
    expect(decodedBytesOf({ ...picture, format: 'png' }, 5e6)).toBe(2 * 192e6 + 5e6);
    expect(decodedBytesOf({ kind: 'skip', reason: 'empty', details: {} }, 0)).toBe(0);
  });
});

describe('the budget', () => {
  it('is dealt out once: the engine and two intake workers', () => {
    expect(DECODE_FRACTIONS.engine + 2 * DECODE_FRACTIONS.intake).toBe(1);
  });

  it('follows the memory, and is modest where nothing is told', () => {
    expect(decodeBudgetOf('engine', 8)).toBe(512 * 1024 ** 2);
    expect(decodeBudgetOf('intake', 8)).toBe(256 * 1024 ** 2);
    expect(decodeBudgetOf('engine')).toBe(256 * 1024 ** 2);
    expect(decodeBudgetOf('engine', 1)).toBe(64 * 1024 ** 2);
  });
});
