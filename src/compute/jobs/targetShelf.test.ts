import { expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import { createTargetShelf, withTarget } from './targetShelf.ts';

const USUAL: ExtractionTarget = { arithmetic: 'int8', upTo: null };
const EXACT: ExtractionTarget = { arithmetic: 'float32', upTo: null };
const CUT: ExtractionTarget = { arithmetic: 'int8', upTo: 'b_relu' };

/** Workers that take a moment for each change, and write down what they were asked. */
function createShelf() {
  const log: string[] = [];
  let isFull = false;
  const nameOf = ({ arithmetic, upTo }: ExtractionTarget) => `${arithmetic}${upTo ? ` to ${upTo}` : ''}`;
  const later = () => new Promise((resolve) => setTimeout(resolve, 5));
  const shelf = createTargetShelf(
    {
      async addTarget(start) {
        log.push(`add ${nameOf(start)}`);
        await later();
        if (isFull) throw new AppError('outOfMemory');
        log.push(`has ${nameOf(start)}`);
      },
      async removeTarget(target) {
        log.push(`remove ${nameOf(target)}`);
        await later();
      },
    },
    USUAL,
    async () => null,
  );
  return {
    shelf,
    log,
    setFull: (next: boolean) => {
      isFull = next;
    },
  };
}

it('counts who uses a target, and takes it out behind the last of them', async () => {
  const { shelf, log } = createShelf();
  const [first, second] = await Promise.all([shelf.open(EXACT), shelf.open(EXACT)]);
  expect(log).toEqual(['add float32', 'has float32']);
  await first();
  await first();
  expect(log).toHaveLength(2);
  await second();
  expect(log).toEqual(['add float32', 'has float32', 'remove float32']);
  const third = await shelf.open(EXACT);
  expect(log.slice(3)).toEqual(['add float32', 'has float32']);
  await third();
});

it('has the usual one at all times', async () => {
  const { shelf, log } = createShelf();
  const close = await shelf.open(USUAL);
  await close();
  expect(log).toEqual([]);
});

it('makes one change at a time, in the order in which they are asked for', async () => {
  const { shelf, log } = createShelf();
  const close = await shelf.open(CUT);
  // While it is being taken out it is asked for again: that one must find it put in anew.
  const closing = close();
  const again = shelf.open(CUT);
  const other = shelf.open(EXACT);
  await Promise.all([closing, again, other]);
  expect(log).toEqual([
    ...['add int8 to b_relu', 'has int8 to b_relu', 'remove int8 to b_relu'],
    ...['add int8 to b_relu', 'has int8 to b_relu', 'add float32', 'has float32'],
  ]);
});

it('does not count one that found no room, and takes out what got in before', async () => {
  const { shelf, log, setFull } = createShelf();
  setFull(true);
  await expect(shelf.open(CUT)).rejects.toMatchObject({ code: 'outOfMemory' });
  expect(log).toEqual(['add int8 to b_relu', 'remove int8 to b_relu']);
  setFull(false);
  const close = await shelf.open(CUT);
  expect(log.slice(2)).toEqual(['add int8 to b_relu', 'has int8 to b_relu']);
  await close();
  expect(log.at(-1)).toBe('remove int8 to b_relu');
});

it('gives it back when the work fails as well', async () => {
  const { shelf, log } = createShelf();
  const work = () => Promise.reject(new AppError('cancelled'));
  await expect(withTarget({ openTarget: shelf.open }, CUT, work)).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(log.at(-1)).toBe('remove int8 to b_relu');
});
