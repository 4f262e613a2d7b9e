/** Convolutions of odd shapes, and all that may be merged into one, at sizes that fill no block. */

import type { Conv2dNode, NetworkNode, Padding, Size2 } from '../../network/network.ts';
import { conv, NO_PADDING, relu } from '../../network/nodeBuilders.ts';
import { addAll, concat, inputOf, type RangeKind, type TestCase } from './madeUpNetworks.ts';

/** What stands behind a convolution. */
interface AfterConv {
  readonly residual: 'none' | 'in place' | 'kept';
  /** Upper limit of the ReLU; null for none, and no ReLU at all if undefined. */
  readonly limit?: number | null;
  /** A convolution reads the ReLU's output as codes. */
  readonly codes?: RangeKind;
  /** Something reads it as real numbers as well. */
  readonly floats?: boolean;
}

/** Low enough to cut off a good part. */
const LIMIT = 0.6;

const AFTER_CONV: readonly AfterConv[] = [
  { residual: 'none' },
  { residual: 'none', limit: null },
  { residual: 'none', limit: null, codes: 'channel' },
  { residual: 'none', limit: null, codes: 'map' },
  { residual: 'in place', limit: null, codes: 'map' },
  { residual: 'none', limit: LIMIT, codes: 'channel' },
  { residual: 'kept', limit: null, codes: 'channel' },
  { residual: 'none', limit: LIMIT, codes: 'map' },
  { residual: 'none', limit: null, codes: 'channel', floats: true },
  { residual: 'in place' },
  { residual: 'none', limit: LIMIT, codes: 'map', floats: true },
  { residual: 'in place', limit: LIMIT, codes: 'channel' },
  { residual: 'kept', limit: LIMIT },
];

interface ConvShape {
  readonly size: Size2;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: Size2;
  readonly strides: Size2;
  readonly padding: Padding;
  readonly groups: number;
}

const SIZES: readonly Size2[] = [
  [3, 5],
  [7, 7],
  [1, 1],
  [5, 3],
  [1, 7],
  [7, 3],
  [3, 1],
];
const KERNELS: readonly Size2[] = [
  [3, 3],
  [1, 1],
  [2, 2],
  [1, 3],
  [7, 7],
];
const STRIDES: readonly Size2[] = [
  [1, 1],
  [2, 2],
  [2, 1],
];
const PADDINGS: readonly Padding[] = [
  { top: 1, bottom: 1, left: 1, right: 1 },
  { top: 2, bottom: 0, left: 1, right: 3 },
  NO_PADDING,
  { top: 0, bottom: 3, left: 2, right: 0 },
];

/** Wide enough on the bottom and on the right for the window to stand somewhere. */
function fitting(padding: Padding, size: Size2, kernel: Size2): Padding {
  return {
    ...padding,
    bottom: Math.max(padding.bottom, kernel[0] - size[0] - padding.top),
    right: Math.max(padding.right, kernel[1] - size[1] - padding.left),
  };
}

/** Each number of channels with each number of filters, everything else in turn. */
const PRODUCT: readonly ConvShape[] = [1, 3, 5, 8, 17, 64].flatMap((channels, row) =>
  [1, 7, 8, 9, 20].map((filters, column) => {
    const turn = row * 5 + column;
    const size = SIZES[turn % 7] ?? [1, 1];
    const kernel = KERNELS[(row + column) % 5] ?? [1, 1];
    const padding = fitting(PADDINGS[turn % 4] ?? NO_PADDING, size, kernel);
    return { size, channels, filters, kernel, strides: STRIDES[turn % 3] ?? [1, 1], padding, groups: 1 };
  }),
);

function grouped(channels: number, filters: number, groups: number, kernel: Size2 = [3, 3]): ConvShape {
  const size: Size2 = [5, 3];
  const padding = fitting({ top: 1, bottom: 2, left: 0, right: 2 }, size, kernel);
  return { size, channels, filters, kernel, strides: [2, 1], padding, groups };
}

const GROUPED: readonly ConvShape[] = [
  grouped(2, 2, 2),
  grouped(6, 14, 2), // the first panel reaches into the second group
  grouped(12, 20, 4, [2, 2]),
  grouped(192, 9, 3, [1, 1]), // the second panel reads a third of what the first does
  grouped(16, 16, 2, [7, 7]),
  grouped(64, 40, 2, [1, 3]),
  grouped(5, 20, 5),
  grouped(1, 9, 1),
  grouped(8, 8, 8), // depthwise
  grouped(17, 17, 17),
  grouped(64, 64, 64, [2, 2]),
];

/** Channels so many that pixels a whole cache page apart are moved by a little. */
const WIDE: readonly ConvShape[] = [
  { ...grouped(1024, 9, 1, [2, 2]), size: [2, 3] },
  { ...grouped(4096, 2, 1, [1, 3]), size: [1, 2] },
  { ...grouped(3, 1024, 1, [1, 1]), size: [1, 2] },
];

/** Maps so large that they are worked on in parts. */
const LARGE: readonly ConvShape[] = [
  { ...grouped(33, 20, 1, [1, 1]), size: [41, 40], strides: [1, 1], padding: NO_PADDING },
  { ...grouped(36, 24, 3, [3, 3]), size: [50, 43] },
];

/** In float32 worth the other algorithm, its last tiles overlapping. */
const FOR_WINOGRAD: ConvShape = { ...grouped(17, 20, 1), size: [7, 9], strides: [1, 1] };

function convNode(name: string, input: string, shape: ConvShape): Conv2dNode {
  const { filters, kernel, strides, padding, groups } = shape;
  return { ...conv(name, input, filters, 1, { padding, groups }), kernelSize: kernel, strides };
}

/** @param isDirect the convolution reads the picture itself: in float32, its channels side by side */
function convCase(shape: ConvShape, ending: AfterConv, inputRange: RangeKind, isDirect: boolean): TestCase {
  const from = isDirect ? 'in' : 'first';
  const nodes: NetworkNode[] = [inputOf(...shape.size, shape.channels)];
  const ranges: Record<string, RangeKind> = {};
  if (!isDirect) {
    nodes.push(relu('first', 'in'));
    ranges.first = inputRange;
  }
  if (ending.residual !== 'none') nodes.push(convNode('other', from, shape));
  nodes.push(convNode('conv', from, shape));
  let last = 'conv';
  if (ending.residual !== 'none') nodes.push(addAll('sum', last, 'other'));
  last = nodes.at(-1)?.name ?? '';
  if (ending.limit !== undefined)
    nodes.push({ op: 'relu', name: 'relu', inputs: [last], maxValue: ending.limit });
  last = nodes.at(-1)?.name ?? '';
  const results = [last];
  if (ending.codes) {
    ranges.relu = ending.codes;
    nodes.push(conv('reader', 'relu', 3, 1));
    results[0] = 'reader';
    if (ending.floats) results.push('relu');
  }
  if (ending.residual === 'kept') results.push('other');
  if (results.length > 1) nodes.push(concat('all', ...results));
  return { nodes, ranges };
}

function titleOf(
  { size, channels, filters, kernel, strides, padding, groups }: ConvShape,
  ending: AfterConv,
): string {
  const { top, bottom, left, right } = padding;
  const relus = ending.limit === undefined ? '' : ending.limit === null ? ', ReLU' : ', ReLU6';
  return [
    `conv ${kernel.join('×')}/${strides.join()} of ${size.join('×')}×${channels} to ${filters}`,
    `padding ${[top, bottom, left, right].join()}`,
    ...(groups > 1 ? [`${groups} groups`] : []),
    `residual ${ending.residual}${relus}`,
    ...(ending.codes ? [`codes by ${ending.codes}${ending.floats ? ' and floats' : ''}`] : []),
  ].join(', ');
}

/** Behind each shape stand so many endings, in turn. */
const ENDINGS_A_SHAPE = 2;

/** Title and network of each case. */
export const CONV_CASES: readonly (readonly [string, TestCase])[] = [
  ...PRODUCT,
  ...GROUPED,
  ...WIDE,
  ...LARGE,
  FOR_WINOGRAD,
].flatMap((shape, turn) =>
  Array.from({ length: ENDINGS_A_SHAPE }, (_, round): readonly [string, TestCase] => {
    const ending = AFTER_CONV[(turn + round * 6) % AFTER_CONV.length] ?? { residual: 'none' };
    const isDirect = (turn + round) % 6 === 1;
    const title = `${titleOf(shape, ending)}${isDirect ? ', from the picture' : ''}`;
    return [title, convCase(shape, ending, (turn + round) % 2 === 0 ? 'channel' : 'map', isDirect)];
  }),
);
