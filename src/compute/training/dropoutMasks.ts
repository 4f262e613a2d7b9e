/** What dropouts multiply their inputs with, drawn in one order whoever trains. */
import type { Random } from '../../shared/random.ts';
import type { TrainablePlan } from './trainablePlan.ts';

/**
 * Inverted dropout (Srivastava et al., 2014): row by row, one number for each input of each dropout.
 * @param capacity rows of the masks; those behind `rowCount` are zero
 * @returns `[capacity, size]` of each dropout, in their order
 */
export function drawMasks(
  dropouts: TrainablePlan['dropouts'],
  rowCount: number,
  capacity: number,
  random: Random,
): readonly Float32Array<ArrayBuffer>[] {
  const drawn = dropouts.map(({ size }) => new Float32Array(capacity * size));
  for (let row = 0; row < rowCount; row++) {
    dropouts.forEach(({ node, size }, i) => {
      const mask = drawn[i] as Float32Array;
      const keep = 1 / (1 - node.rate);
      for (let at = row * size; at < (row + 1) * size; at++) mask[at] = random.next() < node.rate ? 0 : keep;
    });
  }
  return drawn;
}
