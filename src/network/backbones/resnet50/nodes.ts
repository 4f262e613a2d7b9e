/**
 * ResNet50 v1 as Keras has it (stride on the first 1×1 convolution of a stage), so that its ImageNet weights fit.
 * Source: He et al., "Deep Residual Learning for Image Recognition", 2015, table 1; keras.applications.resnet50.
 */

import type { NetworkNode } from '../../network.ts';
import {
  add,
  batchNorm,
  CAFFE_PREPROCESSING,
  conv,
  dense,
  globalAvgPool,
  imageInput,
  maxPool,
  padAll,
  relu,
  softmax,
} from '../../nodeBuilders.ts';

/** Keras sets this for its ResNet50; PyTorch's 1e-5 gives other outputs. */
const BATCH_NORM_EPSILON = 1e-3;

interface Stage {
  readonly number: number;
  readonly blocks: number;
  /** Filters of the 1×1 and 3×3 convolutions; the block puts out four times as many. */
  readonly filters: number;
  readonly stride: number;
}

const STAGES: readonly Stage[] = [
  { number: 2, blocks: 3, filters: 64, stride: 1 },
  { number: 3, blocks: 4, filters: 128, stride: 2 },
  { number: 4, blocks: 6, filters: 256, stride: 2 },
  { number: 5, blocks: 3, filters: 512, stride: 2 },
];

/** One bottleneck: 1×1 → 3×3 → 1×1, added to its input (projected where the shape changes). */
function bottleneck(
  input: string,
  id: string,
  filters: number,
  stride: number,
  project: boolean,
): NetworkNode[] {
  const unit = (branch: string, from: string, count: number, kernel: number, step: number): NetworkNode[] => {
    const name = `res${id}_branch${branch}`;
    const padding = padAll((kernel - 1) / 2);
    return [
      conv(name, from, count, kernel, { stride: step, padding }),
      batchNorm(`bn${id}_branch${branch}`, name, BATCH_NORM_EPSILON),
    ];
  };
  const shortcut = project ? unit('1', input, filters * 4, 1, stride) : [];
  return [
    ...unit('2a', input, filters, 1, stride),
    relu(`relu${id}_2a`, `bn${id}_branch2a`),
    ...unit('2b', `relu${id}_2a`, filters, 3, 1),
    relu(`relu${id}_2b`, `bn${id}_branch2b`),
    ...unit('2c', `relu${id}_2b`, filters * 4, 1, 1),
    ...shortcut,
    add(`add${id}`, `bn${id}_branch2c`, project ? `bn${id}_branch1` : input),
    relu(`out${id}`, `add${id}`),
  ];
}

/** All nodes, BatchNorm unfolded, with the 1,000-class top. Input `[sizePx, sizePx, 3]`, output `[1000]`. */
export function buildResnet50(sizePx = 224): NetworkNode[] {
  const nodes: NetworkNode[] = [
    imageInput('input', sizePx, CAFFE_PREPROCESSING),
    conv('conv1', 'input', 64, 7, { stride: 2, padding: padAll(3) }),
    batchNorm('bn_conv1', 'conv1', BATCH_NORM_EPSILON),
    relu('relu1', 'bn_conv1'),
    maxPool('pool1', 'relu1', 3, 2, padAll(1)),
  ];
  let last = 'pool1';
  for (const stage of STAGES) {
    for (let block = 0; block < stage.blocks; block++) {
      const id = `${stage.number}${String.fromCharCode(97 + block)}`;
      nodes.push(...bottleneck(last, id, stage.filters, block === 0 ? stage.stride : 1, block === 0));
      last = `out${id}`;
    }
  }
  nodes.push(
    globalAvgPool('avg_pool', last),
    dense('fc1000', 'avg_pool', 1000),
    softmax('softmax', 'fc1000'),
  );
  return nodes;
}
