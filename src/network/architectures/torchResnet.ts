/**
 * Residual networks as torchvision has them, its module names as those of the nodes, so that its weights fit: the stride
 * lies on the 3×3 convolution, and convolutions have no bias.
 * Source: He et al., "Deep Residual Learning", 2015, table 1; Xie et al., "Aggregated Residual Transformations", 2017,
 * table 1 (ResNeXt); torchvision.models.resnet.
 */
import type { Backbone } from '../backbones/backbone.ts';
import type { NetworkNode } from '../network.ts';
import {
  add,
  conv,
  dense,
  globalAvgPool,
  imageInput,
  maxPool,
  padAll,
  relu,
  softmax,
  TORCH_PREPROCESSING,
  torchNorm,
} from '../nodeBuilders.ts';

/** Filters that a bottleneck puts out for each of its stage. */
const EXPANSION = 4;

export interface TorchResnet {
  readonly block: 'basic' | 'bottleneck';
  /** Of each stage. */
  readonly blocks: readonly [number, number, number, number];
  /** Of the 3×3 convolutions of bottlenecks. */
  readonly groups: number;
  /** Filters of one group in the first stage; 64 where there is one group. */
  readonly groupFilters: number;
}

interface Block {
  /** torchvision's, for example `layer1.0`. */
  readonly name: string;
  readonly input: string;
  /** Of its stage: 64, 128, 256, 512. */
  readonly filters: number;
  readonly stride: number;
  /** Whether the shortcut changes its shape. */
  readonly isProjected: boolean;
}

/** A convolution without bias and its BatchNorm, by their names in the block. */
function unit(
  block: Block,
  names: readonly [conv: string, norm: string],
  input: string,
  filters: number,
  kernel: number,
  options: { readonly stride?: number; readonly groups?: number } = {},
): NetworkNode[] {
  const [convName, normName] = names.map((name) => `${block.name}.${name}`) as [string, string];
  const padding = padAll((kernel - 1) / 2);
  return [
    conv(convName, input, filters, kernel, { ...options, padding, useBias: false }),
    torchNorm(normName, convName),
  ];
}

/** The sum with the shortcut, and the ReLU over it. */
function join(block: Block, last: string, filters: number): NetworkNode[] {
  const { name, input, stride, isProjected } = block;
  return [
    ...(isProjected ? unit(block, ['downsample.0', 'downsample.1'], input, filters, 1, { stride }) : []),
    add(`${name}.add`, `${name}.${last}`, isProjected ? `${name}.downsample.1` : input),
    relu(`${name}.out`, `${name}.add`),
  ];
}

/** Two 3×3 convolutions. */
function basic(block: Block): NetworkNode[] {
  const { name, input, filters, stride } = block;
  return [
    ...unit(block, ['conv1', 'bn1'], input, filters, 3, { stride }),
    relu(`${name}.relu1`, `${name}.bn1`),
    ...unit(block, ['conv2', 'bn2'], `${name}.relu1`, filters, 3),
    ...join(block, 'bn2', filters),
  ];
}

/** 1×1 → 3×3 → 1×1. */
function bottleneck(block: Block, { groups, groupFilters }: TorchResnet): NetworkNode[] {
  const { name, input, filters, stride } = block;
  const width = ((filters * groupFilters) / 64) * groups;
  return [
    ...unit(block, ['conv1', 'bn1'], input, width, 1),
    relu(`${name}.relu1`, `${name}.bn1`),
    ...unit(block, ['conv2', 'bn2'], `${name}.relu1`, width, 3, { stride, groups }),
    relu(`${name}.relu2`, `${name}.bn2`),
    ...unit(block, ['conv3', 'bn3'], `${name}.relu2`, filters * EXPANSION, 1),
    ...join(block, 'bn3', filters * EXPANSION),
  ];
}

/** All nodes with the 1,000-class top. Input `[sizePx, sizePx, 3]`, output `[1000]`. */
function buildNodes(shape: TorchResnet, sizePx: number): NetworkNode[] {
  const nodes: NetworkNode[] = [
    imageInput('input', sizePx, TORCH_PREPROCESSING),
    conv('conv1', 'input', 64, 7, { stride: 2, padding: padAll(3), useBias: false }),
    torchNorm('bn1', 'conv1'),
    relu('relu', 'bn1'),
    maxPool('maxpool', 'relu', 3, 2, padAll(1)),
  ];
  let last = 'maxpool';
  shape.blocks.forEach((count, stage) => {
    for (let index = 0; index < count; index++) {
      const isFirst = index === 0;
      const block: Block = {
        name: `layer${stage + 1}.${index}`,
        input: last,
        filters: 64 * 2 ** stage,
        stride: isFirst && stage > 0 ? 2 : 1,
        // The first stage of basic blocks has the filters that come in.
        isProjected: isFirst && (stage > 0 || shape.block === 'bottleneck'),
      };
      nodes.push(...(shape.block === 'basic' ? basic(block) : bottleneck(block, shape)));
      last = `${block.name}.out`;
    }
  });
  nodes.push(globalAvgPool('avgpool', last), dense('fc', 'avgpool', 1000), softmax('softmax', 'fc'));
  return nodes;
}

/** What follows from the shape alone. */
export function torchResnet(
  shape: TorchResnet,
): Pick<Backbone, 'inputSizePx' | 'featureNode' | 'featureCount' | 'stages' | 'buildNodes'> {
  const ends = shape.blocks.map((count, stage) => `layer${stage + 1}.${count - 1}.out`);
  return {
    inputSizePx: 224,
    featureNode: 'avgpool',
    featureCount: 512 * (shape.block === 'basic' ? 1 : EXPANSION),
    stages: ['maxpool', ...ends],
    buildNodes: (sizePx = 224) => buildNodes(shape, sizePx),
  };
}
