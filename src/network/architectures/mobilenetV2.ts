/**
 * MobileNetV2: narrow maps between blocks, wide ones within, and nothing done to a block's output. Programs that train it
 * differ in names, padding and BatchNorm.
 * Source: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, table 2.
 */
import type { NetworkNode, Padding, Preprocessing } from '../network.ts';
import {
  add,
  conv,
  dense,
  dropout,
  globalAvgPool,
  imageInput,
  padAll,
  relu6,
  softmax,
} from '../nodeBuilders.ts';

/** Of a convolution, its BatchNorm and the ReLU6 behind it; a narrow one has none. */
export interface UnitNames {
  readonly conv: string;
  readonly norm: string;
  readonly relu: string;
}

export interface BlockNames {
  /** Absent in the first block, which is as wide as what it reads. */
  readonly expand: UnitNames;
  readonly deep: UnitNames;
  readonly project: Omit<UnitNames, 'relu'>;
  readonly add: string;
}

/** How a program has it. */
export interface MobilenetV2Style {
  readonly preprocessing: Preprocessing;
  norm(name: string, input: string): NetworkNode;
  /** Of a 3×3 convolution with stride 2. @param sidePx of the map that it reads */
  stridedPadding(sidePx: number): Padding;
  readonly stem: UnitNames;
  /** @param index from 0 */
  block(index: number): BlockNames;
  readonly last: UnitNames;
  /** Of the top; null: it has none. */
  readonly dropout: string | null;
  readonly top: string;
}

interface Group {
  /** How many times as wide a block is inside. */
  readonly expansion: number;
  readonly filters: number;
  readonly blocks: number;
  /** Of the first block. */
  readonly stride: number;
}

const GROUPS: readonly Group[] = [
  { expansion: 1, filters: 16, blocks: 1, stride: 1 },
  { expansion: 6, filters: 24, blocks: 2, stride: 2 },
  { expansion: 6, filters: 32, blocks: 3, stride: 2 },
  { expansion: 6, filters: 64, blocks: 4, stride: 2 },
  { expansion: 6, filters: 96, blocks: 3, stride: 1 },
  { expansion: 6, filters: 160, blocks: 3, stride: 2 },
  { expansion: 6, filters: 320, blocks: 1, stride: 1 },
];
const STEM_FILTERS = 32;
const LAST_FILTERS = 1280;
const DROPOUT = 0.2;

interface Unit {
  readonly input: string;
  readonly filters: number;
  readonly kernel: number;
  readonly groups?: number;
  /** A stride of 2, over a map of this side. */
  readonly halvedPx?: number | null;
}

/** Convolution without bias, and BatchNorm. */
function narrow(
  style: MobilenetV2Style,
  names: Omit<UnitNames, 'relu'>,
  { input, filters, kernel, groups = 1, halvedPx = null }: Unit,
): NetworkNode[] {
  const padding = halvedPx === null ? padAll((kernel - 1) / 2) : style.stridedPadding(halvedPx);
  const stride = halvedPx === null ? 1 : 2;
  return [
    conv(names.conv, input, filters, kernel, { stride, padding, groups, useBias: false }),
    style.norm(names.norm, names.conv),
  ];
}

function unit(style: MobilenetV2Style, names: UnitNames, of: Unit): NetworkNode[] {
  return [...narrow(style, names, of), relu6(names.relu, names.norm)];
}

interface Block {
  readonly index: number;
  readonly input: string;
  readonly channels: number;
  readonly group: Group;
  readonly halvedPx: number | null;
}

/** One inverted residual: wide, each map by itself, narrow again. */
function inverted(
  style: MobilenetV2Style,
  { index, input, channels, group, halvedPx }: Block,
): NetworkNode[] {
  const { expand, deep, project, add: sum } = style.block(index);
  const { expansion, filters } = group;
  const wide = channels * expansion;
  const isWidened = expansion > 1;
  const nodes = isWidened ? unit(style, expand, { input, filters: wide, kernel: 1 }) : [];
  const from = isWidened ? expand.relu : input;
  nodes.push(
    ...unit(style, deep, { input: from, filters: wide, kernel: 3, groups: wide, halvedPx }),
    ...narrow(style, project, { input: deep.relu, filters, kernel: 1 }),
  );
  if (halvedPx === null && channels === filters) nodes.push(add(sum, project.norm, input));
  return nodes;
}

/** All nodes with the 1,000-class top. Input `[sizePx, sizePx, 3]`, output `[1000]`. */
export function buildMobilenetV2(style: MobilenetV2Style, sizePx: number): NetworkNode[] {
  const nodes: NetworkNode[] = [
    imageInput('input', sizePx, style.preprocessing),
    ...unit(style, style.stem, { input: 'input', filters: STEM_FILTERS, kernel: 3, halvedPx: sizePx }),
  ];
  let [channels, index, sidePx] = [STEM_FILTERS, 0, Math.ceil(sizePx / 2)];
  for (const group of GROUPS) {
    for (let count = 0; count < group.blocks; count++) {
      const halvedPx = count === 0 && group.stride === 2 ? sidePx : null;
      nodes.push(...inverted(style, { index, input: nodes.at(-1)?.name ?? '', channels, group, halvedPx }));
      if (halvedPx !== null) sidePx = Math.ceil(sidePx / 2);
      channels = group.filters;
      index += 1;
    }
  }
  const { last, dropout: dropped, top } = style;
  nodes.push(
    ...unit(style, last, { input: nodes.at(-1)?.name ?? '', filters: LAST_FILTERS, kernel: 1 }),
    globalAvgPool('avgpool', last.relu),
    ...(dropped === null ? [] : [dropout(dropped, 'avgpool', DROPOUT)]),
    dense(top, dropped ?? 'avgpool', 1000),
    softmax('softmax', top),
  );
  return nodes;
}

/** Where it can be cut. A block with stride 2 widens its input before it halves it: the wide map belongs to the stage before. */
export function mobilenetV2Stages(style: MobilenetV2Style): readonly string[] {
  return [...[1, 3, 6, 13].map((index) => style.block(index).expand.relu), style.last.relu];
}
