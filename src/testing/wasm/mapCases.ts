/** What is no convolution: pools, sums, concatenations and roundings of odd shapes, and what reads them. */

import { ACTIVATION_KINDS, type NetworkNode, type Padding, type PoolNode } from '../../network/network.ts';
import { batchNorm, conv, dense, globalAvgPool, padAll, relu } from '../../network/nodeBuilders.ts';
import { addAll, concat, inputOf, reluTo, type TestCase } from './madeUpNetworks.ts';

/** Low enough to cut off a good part. */
const LIMIT = 0.6;

const POOL_PADDING: Padding = { top: 1, bottom: 2, left: 1, right: 0 };
const pool = (op: PoolNode['op'], name: string, input: string): NetworkNode => ({
  op,
  name,
  inputs: [input],
  poolSize: [3, 2],
  strides: [2, 1],
  padding: POOL_PADDING,
});

const picture = inputOf(5, 7, 5);
const first = relu('first', 'in');
const byChannel = { first: 'channel' } as const;

/** Title and network of each case. */
export const MAP_CASES: Readonly<Record<string, TestCase>> = {
  'the picture alone': { nodes: [picture], ranges: {} },
  'maxPool of floats on both sides of zero': { nodes: [picture, pool('maxPool', 'pool', 'in')], ranges: {} },
  'maxPool of codes, read by a padded convolution': {
    nodes: [
      picture,
      first,
      pool('maxPool', 'pool', 'first'),
      conv('conv', 'pool', 9, 3, { padding: padAll(1) }),
    ],
    ranges: byChannel,
  },
  'maxPool read as codes and as floats': {
    nodes: [
      picture,
      first,
      pool('maxPool', 'pool', 'first'),
      conv('conv', 'pool', 5, 1),
      addAll('sum', 'pool', 'conv'),
    ],
    ranges: byChannel,
  },
  avgPool: { nodes: [picture, pool('avgPool', 'pool', 'in')], ranges: {} },
  'avgPool, encoded behind it': {
    nodes: [picture, first, pool('avgPool', 'pool', 'first'), conv('conv', 'pool', 9, 2)],
    ranges: byChannel,
  },
  'globalAvgPool of 1 channel': { nodes: [inputOf(3, 5, 1), globalAvgPool('mean', 'in')], ranges: {} },
  'globalAvgPool of 17 channels': {
    nodes: [inputOf(7, 3, 17), first, globalAvgPool('mean', 'first')],
    ranges: byChannel,
  },
  'add of two maps': { nodes: [picture, first, addAll('sum', 'in', 'first')], ranges: byChannel },
  'add of a map to itself': { nodes: [picture, addAll('sum', 'in', 'in')], ranges: {} },
  'add of three maps, ReLU6, encoded behind it': {
    nodes: [
      picture,
      first,
      conv('c', 'first', 5, 1),
      relu('reluC', 'c'),
      addAll('sum', 'in', 'first', 'reluC'),
      reluTo('cut', 'sum', LIMIT),
      conv('conv', 'cut', 9, 3, { padding: POOL_PADDING }),
    ],
    ranges: { ...byChannel, cut: 'map' },
  },
  'a ReLU of its own behind a pool': {
    nodes: [picture, pool('avgPool', 'pool', 'in'), relu('relu', 'pool'), conv('conv', 'relu', 3, 2)],
    ranges: { relu: 'channel' },
  },
  'a convolution that a ReLU and a sum read': {
    nodes: [picture, first, conv('c', 'first', 5, 1), relu('relu', 'c'), addAll('sum', 'c', 'relu')],
    ranges: byChannel,
  },
  'a residual that is the convolution’s own input': {
    nodes: [picture, first, conv('c', 'first', 5, 3, { padding: padAll(1) }), addAll('sum', 'first', 'c')],
    ranges: byChannel,
  },
  'a residual that is the picture': {
    nodes: [
      picture,
      conv('c', 'in', 5, 1),
      relu('relu', 'c'),
      conv('d', 'relu', 5, 1, { useBias: false }),
      addAll('sum', 'd', 'in'),
      conv('conv', 'sum', 2, 3),
    ],
    ranges: { relu: 'map' },
  },
  'dropout in between': {
    nodes: [
      picture,
      first,
      { op: 'dropout', name: 'drop', inputs: ['first'], rate: 0.5 },
      conv('c', 'drop', 4, 1),
    ],
    ranges: byChannel,
  },
  ...Object.fromEntries(
    ACTIVATION_KINDS.map((kind): [string, TestCase] => [
      `${kind} of a map and of a row`,
      {
        nodes: [
          inputOf(3, 5, 17),
          batchNorm('wide', 'in', 1e-3),
          { op: 'activation', name: 'map', inputs: ['wide'], kind, slope: kind === 'leakyRelu' ? 0.2 : 0 },
          { op: 'globalMaxPool', name: 'most', inputs: ['map'] },
          { op: 'activation', name: 'row', inputs: ['most'], kind, slope: kind === 'leakyRelu' ? 0.01 : 0 },
        ],
        ranges: {},
      },
    ]),
  ),
  'globalMaxPool of floats and of codes': {
    nodes: [
      picture,
      relu('first', 'in'),
      { op: 'globalMaxPool', name: 'row', inputs: ['first'] },
      dense('fc', 'row', 6),
      { op: 'globalMaxPool', name: 'least', inputs: ['in'] },
      concat('all', 'fc', 'least'),
    ],
    ranges: byChannel,
  },
};
