/**
 * MobileNetV2, its nodes named as torchvision's modules, so that its weights fit: narrow maps between blocks, wide ones
 * within, and nothing done to a block's output.
 * Source: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, table 2;
 * torchvision.models.mobilenetv2.
 */
import type { NetworkNode } from '../../network.ts';
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
  TORCH_PREPROCESSING,
  torchNorm,
} from '../../nodeBuilders.ts';

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

/** Convolution without bias and BatchNorm, by their names. */
function unit(
  names: readonly [conv: string, norm: string],
  input: string,
  filters: number,
  kernel: number,
  options: { readonly stride?: number; readonly groups?: number } = {},
): NetworkNode[] {
  const padding = padAll((kernel - 1) / 2);
  return [
    conv(names[0], input, filters, kernel, { ...options, padding, useBias: false }),
    torchNorm(names[1], names[0]),
  ];
}

/** One inverted residual: wide, each map by itself, narrow again. */
function block(name: string, input: string, channels: number, group: Group, stride: number): NetworkNode[] {
  const wide = channels * group.expansion;
  const isWidened = group.expansion > 1;
  const at = isWidened ? 1 : 0;
  const deep = `${name}.conv.${at}`;
  const nodes: NetworkNode[] = isWidened
    ? [
        ...unit([`${name}.conv.0.0`, `${name}.conv.0.1`], input, wide, 1),
        relu6(`${name}.relu0`, `${name}.conv.0.1`),
      ]
    : [];
  const [narrow, norm] = [`${name}.conv.${at + 1}`, `${name}.conv.${at + 2}`];
  nodes.push(
    ...unit([`${deep}.0`, `${deep}.1`], isWidened ? `${name}.relu0` : input, wide, 3, {
      stride,
      groups: wide,
    }),
    relu6(`${name}.relu1`, `${deep}.1`),
    ...unit([narrow, norm], `${name}.relu1`, group.filters, 1),
  );
  if (stride === 1 && channels === group.filters) nodes.push(add(`${name}.add`, norm, input));
  return nodes;
}

/** All nodes with the 1,000-class top. Input `[sizePx, sizePx, 3]`, output `[1000]`. */
export function buildMobilenetV2(sizePx = 224): NetworkNode[] {
  const nodes: NetworkNode[] = [
    imageInput('input', sizePx, TORCH_PREPROCESSING),
    ...unit(['features.0.0', 'features.0.1'], 'input', STEM_FILTERS, 3, { stride: 2 }),
    relu6('features.0.relu', 'features.0.1'),
  ];
  let channels = STEM_FILTERS;
  let index = 1;
  for (const group of GROUPS) {
    for (let count = 0; count < group.blocks; count++) {
      const stride = count === 0 ? group.stride : 1;
      nodes.push(...block(`features.${index}`, nodes.at(-1)?.name ?? '', channels, group, stride));
      channels = group.filters;
      index += 1;
    }
  }
  const last = `features.${index}`;
  nodes.push(
    ...unit([`${last}.0`, `${last}.1`], nodes.at(-1)?.name ?? '', LAST_FILTERS, 1),
    relu6(`${last}.relu`, `${last}.1`),
    globalAvgPool('avgpool', `${last}.relu`),
    dropout('classifier.0', 'avgpool', DROPOUT),
    dense('classifier.1', 'classifier.0', 1000),
    softmax('softmax', 'classifier.1'),
  );
  return nodes;
}
