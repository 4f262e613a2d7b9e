/**
 * Residual networks v1 as Keras has them (the stride lies on the first 1×1 convolution of a stage, convolutions have a bias),
 * so that its weights fit.
 * Source: He et al., "Deep Residual Learning for Image Recognition", 2015, table 1; keras.applications.resnet.
 */
import type { Backbone } from '../backbones/backbone.ts';
import type { NetworkNode } from '../network.ts';
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
} from '../nodeBuilders.ts';

/** Of the convolutions of a block: 1×1, 3×3, 1×1; 0 is that of the shortcut. */
export type Branch = 0 | 1 | 2 | 3;

/** What the layers are called. Stages count from 2 and blocks from 1, as in the table. */
export interface ResnetNames {
  readonly stem: {
    readonly conv: string;
    readonly norm: string;
    readonly relu: string;
    readonly pool: string;
  };
  conv(stage: number, block: number, branch: Branch): string;
  norm(stage: number, block: number, branch: Branch): string;
  relu(stage: number, block: number, branch: 1 | 2): string;
  add(stage: number, block: number): string;
  out(stage: number, block: number): string;
  readonly top: string;
}

export interface KerasResnet {
  /** Of each stage. */
  readonly blocks: readonly [number, number, number, number];
  /** Of every BatchNorm. */
  readonly epsilon: number;
  readonly names: ResnetNames;
}

const layerOf = (stage: number, block: number, rest: string) => `conv${stage}_block${block}_${rest}`;

/** Those of today. */
const NAMES: ResnetNames = {
  stem: { conv: 'conv1_conv', norm: 'conv1_bn', relu: 'conv1_relu', pool: 'pool1_pool' },
  conv: (stage, block, branch) => layerOf(stage, block, `${branch}_conv`),
  norm: (stage, block, branch) => layerOf(stage, block, `${branch}_bn`),
  relu: (stage, block, branch) => layerOf(stage, block, `${branch}_relu`),
  add: (stage, block) => layerOf(stage, block, 'add'),
  out: (stage, block) => layerOf(stage, block, 'out'),
  top: 'predictions',
};

/** That of today. */
const EPSILON = 1.001e-5;

interface Block {
  readonly stage: number;
  readonly block: number;
  readonly input: string;
}

/** 1×1 → 3×3 → 1×1, added to its input, which is projected where the shape changes: in the first block of a stage. */
function bottleneck({ names, epsilon }: KerasResnet, { stage, block, input }: Block): NetworkNode[] {
  const filters = 64 * 2 ** (stage - 2);
  const isFirst = block === 1;
  const stride = isFirst && stage > 2 ? 2 : 1;
  const unit = (branch: Branch, from: string, count: number, kernel: number, step: number): NetworkNode[] => {
    const name = names.conv(stage, block, branch);
    return [
      conv(name, from, count, kernel, { stride: step, padding: padAll((kernel - 1) / 2) }),
      batchNorm(names.norm(stage, block, branch), name, epsilon),
    ];
  };
  const rectified = (branch: 1 | 2) =>
    relu(names.relu(stage, block, branch), names.norm(stage, block, branch));
  const [sum, last] = [names.add(stage, block), names.norm(stage, block, 3)];
  return [
    ...unit(1, input, filters, 1, stride),
    rectified(1),
    ...unit(2, names.relu(stage, block, 1), filters, 3, 1),
    rectified(2),
    ...unit(3, names.relu(stage, block, 2), filters * 4, 1, 1),
    ...(isFirst ? unit(0, input, filters * 4, 1, stride) : []),
    add(sum, last, isFirst ? names.norm(stage, block, 0) : input),
    relu(names.out(stage, block), sum),
  ];
}

/** All nodes, BatchNorm unfolded, with the 1,000-class top. Input `[sizePx, sizePx, 3]`, output `[1000]`. */
export function buildKerasResnet(shape: KerasResnet, sizePx: number): NetworkNode[] {
  const { stem, out, top } = shape.names;
  const nodes: NetworkNode[] = [
    imageInput('input', sizePx, CAFFE_PREPROCESSING),
    conv(stem.conv, 'input', 64, 7, { stride: 2, padding: padAll(3) }),
    batchNorm(stem.norm, stem.conv, shape.epsilon),
    relu(stem.relu, stem.norm),
    maxPool(stem.pool, stem.relu, 3, 2, padAll(1)),
  ];
  let input = stem.pool;
  shape.blocks.forEach((count, index) => {
    const stage = index + 2;
    for (let block = 1; block <= count; block++) {
      nodes.push(...bottleneck(shape, { stage, block, input }));
      input = out(stage, block);
    }
  });
  nodes.push(globalAvgPool('avg_pool', input), dense(top, 'avg_pool', 1000), softmax('softmax', top));
  return nodes;
}

/** What follows from the numbers of blocks, with the names of today. */
export function kerasResnet(
  blocks: KerasResnet['blocks'],
): Pick<Backbone, 'inputSizePx' | 'featureNode' | 'featureCount' | 'stages' | 'buildNodes'> {
  const shape: KerasResnet = { blocks, epsilon: EPSILON, names: NAMES };
  return {
    inputSizePx: 224,
    featureNode: 'avg_pool',
    featureCount: 2048,
    stages: [NAMES.stem.pool, ...blocks.map((count, index) => NAMES.out(index + 2, count))],
    buildNodes: (sizePx = 224) => buildKerasResnet(shape, sizePx),
  };
}
