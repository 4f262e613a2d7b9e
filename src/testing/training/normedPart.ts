/** A part whose BatchNorms learn, and what a step of training makes of them, computed apart from it. */
import { cutAfter } from '../../network/cut.ts';
import { getWeight, type Network, type NetworkNode, type Weight, weightKey } from '../../network/network.ts';
import { add, batchNorm, conv, padAll, relu } from '../../network/nodeBuilders.ts';
import { endOfPart, PART_INPUT } from './fineTunedParts.ts';
import { answerOf, type PartData } from './partData.ts';

/** BatchNorm behind a convolution, behind a sum and behind a concatenation, each with something before it that trains. */
export const NORMED_PART: readonly NetworkNode[] = [
  PART_INPUT,
  conv('first', 'in', 4, 1, { useBias: false }),
  { ...batchNorm('n1', 'first', 1e-3), momentum: 0.9 },
  relu('r1', 'n1'),
  conv('c', 'r1', 4, 3, { padding: padAll(1), useBias: false }),
  add('sum', 'c', 'r1'),
  { ...batchNorm('n2', 'sum', 1e-5), momentum: 0.75 },
  { op: 'concat', name: 'cat', inputs: ['n2', 'r1'] },
  { ...batchNorm('n3', 'cat', 1e-5), momentum: 0.5 },
  relu('r3', 'n3'),
  ...endOfPart('r3'),
];

/**
 * The network as a step of training sees it: each BatchNorm has the mean and the variance of these rows for its moving
 * averages, the first one first.
 */
export function withBatchMoments(network: Network, data: PartData, rows: Int32Array): Network {
  let seen = network;
  for (const node of network.nodes) {
    if (node.op !== 'batchNorm') continue;
    const before = cutAfter(seen, node.inputs[0] ?? '');
    const maps = [...rows].map((row) => answerOf(before, data, row));
    const channels = getWeight(network, node.name, 'gamma').values.length;
    const moments = momentsOfMaps(maps, channels);
    const toWeight = (values: readonly number[]): Weight => ({
      shape: [channels],
      // The reference reads any array of numbers; rounded to float32 they would drown a small difference of the loss.
      values: Float64Array.from(values) as unknown as Float32Array<ArrayBuffer>,
    });
    seen = {
      ...seen,
      weights: {
        ...seen.weights,
        [weightKey(node.name, 'movingMean')]: toWeight(moments.map(({ mean }) => mean)),
        [weightKey(node.name, 'movingVariance')]: toWeight(moments.map(({ variance }) => variance)),
      },
    };
  }
  return seen;
}

function momentsOfMaps(maps: readonly Float64Array[], channels: number) {
  return Array.from({ length: channels }, (_, channel) => {
    const values = maps.flatMap((map) => [...map].filter((_value, i) => i % channels === channel));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, variance };
  });
}
