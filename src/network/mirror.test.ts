import { describe, expect, it } from 'vitest';
import { createRandom } from '../shared/random.ts';
import { foldBatchNorm } from './fold.ts';
import { createFreshNetwork } from './freshNetwork.ts';
import { mirrored } from './mirror.ts';
import type { NetworkNode } from './network.ts';
import {
  avgPool,
  batchNorm,
  conv,
  dense,
  imageInput,
  maxPool,
  padAll,
  relu,
  UNIT_PREPROCESSING,
} from './nodeBuilders.ts';
import { runReference } from './reference.ts';
import { checkNetwork } from './shapes.ts';

function answersOf(nodes: readonly NetworkNode[], sidePx: number) {
  const random = createRandom(5);
  const fresh = createFreshNetwork('made', nodes, () => random.next());
  // One that has seen pictures: another scale and shift in each place.
  const norms = Object.entries(fresh.weights).map(([key, { shape, values }]) => {
    const isNorm = /gamma|beta|moving/.test(key);
    return [key, { shape, values: isNorm ? values.map(() => random.next() + 0.5) : values }] as const;
  });
  const network = foldBatchNorm({ ...fresh, weights: Object.fromEntries(norms) });
  const values = Float64Array.from({ length: sidePx * sidePx * 3 }, () => random.next() * 255);
  const turned = values.map((_, i) => {
    const [y, x, c] = [Math.floor(i / 3 / sidePx), Math.floor(i / 3) % sidePx, i % 3];
    return values[(y * sidePx + (sidePx - 1 - x)) * 3 + c] ?? 0;
  });
  const shape = [sidePx, sidePx, 3];
  const other = mirrored(network);
  checkNetwork(other);
  return {
    plain: [...runReference(network, { shape, values }).values],
    turned: [...runReference(network, { shape, values: turned }).values],
    mirrored: [...runReference(other, { shape, values }).values],
  };
}

const small = (sidePx: number): NetworkNode[] => [
  imageInput('input', sidePx, UNIT_PREPROCESSING),
  conv('wide', 'input', 4, 5, { stride: 2, padding: padAll(2) }),
  maxPool('pool', 'wide', 3, 2, padAll(1)),
  // Of an even side it leaves a column unread.
  conv('sparse', 'pool', 4, 1, { stride: 2 }),
  conv('grouped', 'sparse', 4, 3, { padding: padAll(1), groups: 2 }),
  relu('relu', 'grouped'),
  avgPool('halved', 'relu', 2, 1, padAll(0)),
  { op: 'flatten', name: 'flat', inputs: ['halved'] },
  batchNorm('places', 'flat', 1e-3),
  relu('flat_relu', 'places'),
  dense('fc', 'flat_relu', 3),
];

describe('the network in a mirror', () => {
  it.each([16, 17, 18, 19])(
    'says of a picture of %i pixels what the other says of it turned round',
    (sidePx) => {
      const { plain, turned, mirrored: seen } = answersOf(small(sidePx), sidePx);
      seen.forEach((value, k) => {
        expect(value).toBeCloseTo(turned[k] ?? 0, 4);
      });
      // Otherwise nothing would have been turned.
      expect(Math.max(...seen.map((value, k) => Math.abs(value - (plain[k] ?? 0))))).toBeGreaterThan(1e-3);
    },
  );

  it('is none where a list of places goes on to something else than layers of its own', () => {
    const nodes: NetworkNode[] = [
      ...small(19).slice(0, -1),
      { op: 'softmax', name: 'over_places', inputs: ['flat_relu'] },
    ];
    expect(() => answersOf(nodes, 19)).toThrow(/place by place/);
  });
});
