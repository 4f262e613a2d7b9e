import { describe, expect, it } from 'vitest';
import { buildResnet50 } from '../../network/backbones/resnet50/nodes.ts';
import { cutBefore } from '../../network/cut.ts';
import type { NetworkNode } from '../../network/network.ts';
import {
  add,
  batchNorm,
  conv,
  dense,
  dropout,
  globalAvgPool,
  maxPool,
  padAll,
  relu,
  softmax,
} from '../../network/nodeBuilders.ts';
import { planTrainable, trainableBytesPerPicture, trainableCount } from './trainablePlan.ts';

const input: NetworkNode = { op: 'input', name: 'in', inputs: [], shape: [4, 4, 2], preprocessing: null };
const end = [globalAvgPool('gap', 'r'), dense('logits', 'gap', 3), softmax('s', 'logits')];
const nodes: readonly NetworkNode[] = [
  input,
  relu('first', 'in'),
  conv('a', 'first', 5, 3, { padding: padAll(1) }),
  relu('a_relu', 'a'),
  maxPool('p', 'a_relu', 2, 2, padAll(0)),
  conv('b', 'p', 6, 1),
  conv('c', 'p', 6, 1),
  add('sum', 'b', 'c'),
  relu('r', 'sum'),
  ...end,
];

describe('the plan of trainable layers', () => {
  it('keeps what the backward pass reads, and nothing else', () => {
    const plan = planTrainable(nodes);
    expect([...plan.kept].sort()).toEqual(['a_relu', 'first', 'gap', 'p', 'r']);
    // Nothing before the first convolution trains, so neither does the input of that get a gradient.
    const wants = Object.fromEntries(plan.steps.map((step) => [step.output, step.wantsGradient]));
    expect(wants).toMatchObject({ first: [false], a_relu: [false], p: [true], sum: [true, true] });
  });

  it('counts bytes and weights', () => {
    const maps = 4 * 4 * 2 + 4 * 4 * 5 + 2 * 2 * 5 + 2 * 2 * 6 + 6;
    expect(trainableBytesPerPicture(nodes)).toBe(4 * maps);
    const withDropout = [
      ...nodes.slice(0, -2),
      dropout('d', 'gap', 0.5),
      dense('logits', 'd', 3),
      softmax('s', 'logits'),
    ];
    // The mask and the input of the dense layer; what goes into the dropout is not read again.
    expect(trainableBytesPerPicture(withDropout)).toBe(4 * (maps + 6));
    expect(trainableCount(nodes)).toBe(9 * 2 * 5 + 5 + 2 * (5 * 6 + 6) + 6 * 3 + 3);
    // What Keras counts, less the four numbers of each channel that are BatchNorm's, which is frozen here.
    expect(trainableCount(buildResnet50())).toBe(25_636_712 - 4 * 26_560);
    // Where it learns, its moving averages still are no weights that train.
    expect(trainableCount(buildResnet50(), 'learning')).toBe(25_636_712 - 2 * 26_560);
  });

  it('keeps what a BatchNorm reads where it learns', () => {
    const normed = [input, batchNorm('n', 'in', 1e-3), relu('r', 'n'), ...end];
    const [frozen, learning] = [planTrainable(normed), planTrainable(normed, 'learning')];
    expect([...frozen.kept]).toEqual(['gap']);
    expect([...learning.kept].sort()).toEqual(['gap', 'in', 'r']);
    expect(learning.steps.map(({ learnsNorm }) => learnsNorm)).toEqual([false, true, false, false, false]);
  });

  it('takes a stage of ResNet50', () => {
    const stage5 = cutBefore({ name: 'r', nodes: buildResnet50(), weights: {} }, 'out4f', [14, 14, 1024]);
    expect(planTrainable(stage5.nodes).steps[0]?.outputShape).toEqual([14, 14, 1024]);
  });

  it('refuses a network that does not end in its only softmax', () => {
    expect(() => planTrainable(nodes.slice(0, -1))).toThrow('ends in a softmax');
    expect(() => planTrainable([...nodes, dense('more', 's', 2), softmax('s2', 'more')])).toThrow(
      'not the last',
    );
  });
});
