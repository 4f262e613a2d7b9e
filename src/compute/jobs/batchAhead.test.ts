import { expect, it } from 'vitest';
import { yieldToMessages } from '../yield.ts';
import { createBatchAhead } from './batchAhead.ts';

const order = Int32Array.of(4, 2, 0, 1, 3);

function watched() {
  const made: number[][] = [];
  const ahead = createBatchAhead(async (rows) => {
    made.push([...rows]);
    if (rows.includes(-1)) throw new Error('no such row');
    return { values: Float32Array.from(rows) };
  });
  return { made, ahead };
}
const turns = async () => {
  for (let i = 0; i < 3; i++) await yieldToMessages();
};

it('makes the next batch while the one before it is in use, each once', async () => {
  const { made, ahead } = watched();
  ahead.expect(order);
  expect((await ahead.take(order.subarray(0, 2))).values).toEqual(Float32Array.of(4, 2));
  await turns();
  expect(made).toEqual([
    [4, 2],
    [0, 1],
  ]);
  expect((await ahead.take(order.subarray(2, 4))).values).toEqual(Float32Array.of(0, 1));
  await turns();
  // What is left over is less than a batch.
  expect((await ahead.take(order.subarray(4))).values).toEqual(Float32Array.of(3));
  await turns();
  expect(made).toEqual([[4, 2], [0, 1], [3]]);
});

it('gives what is asked for, whatever was expected', async () => {
  const { made, ahead } = watched();
  expect((await ahead.take(Int32Array.of(9))).values).toEqual(Float32Array.of(9));
  ahead.expect(order);
  await ahead.take(order.subarray(0, 2));
  expect((await ahead.take(Int32Array.of(7, 7))).values).toEqual(Float32Array.of(7, 7));
  ahead.expect(order.subarray(3));
  expect((await ahead.take(order.subarray(3))).values).toEqual(Float32Array.of(1, 3));
  await turns();
  expect(made.filter((rows) => rows.includes(3))).toEqual([[1, 3]]);
});

it('tells of a failure whoever asks for that batch, and nobody else', async () => {
  const { ahead } = watched();
  const rows = Int32Array.of(0, -1);
  ahead.expect(rows);
  await ahead.take(rows.subarray(0, 1));
  await turns();
  await expect(ahead.take(rows.subarray(1))).rejects.toThrow('no such row');
  ahead.expect(rows);
  await ahead.take(rows.subarray(0, 1));
  await turns();
  // Vitest fails where a rejection is left to nobody.
});
