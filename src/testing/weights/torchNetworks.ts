/** Networks in torchvision's layout, their nodes named as its modules: what published weights are matched against. */
import type { NetworkNode } from '../../network/network.ts';
import {
  add,
  batchNorm,
  conv,
  dense,
  globalAvgPool,
  imageInput,
  maxPool,
  padAll,
  relu,
} from '../../network/nodeBuilders.ts';

const EPSILON = 1e-5;
const AS_IS = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], bias: [0, 0, 0] };

interface UnitOptions {
  readonly stride?: number;
  readonly groups?: number;
}

/** A convolution without bias and its BatchNorm. */
function unit(
  names: readonly [convolution: string, norm: string],
  input: string,
  filters: number,
  kernel: number,
  { stride = 1, groups = 1 }: UnitOptions = {},
): NetworkNode[] {
  const padding = padAll((kernel - 1) / 2);
  return [
    conv(names[0], input, filters, kernel, { stride, groups, padding, useBias: false }),
    batchNorm(names[1], names[0], EPSILON),
  ];
}

export interface ResNetOptions {
  readonly blocks: readonly number[];
  readonly isBottleneck: boolean;
  readonly groups?: number;
  /** Width of a group of the first stage; 64 over one group is the plain ResNet. */
  readonly widthPerGroup?: number;
  readonly classes?: number;
}

/** Source: torchvision.models.resnet. */
export function torchResNetNodes(options: ResNetOptions): NetworkNode[] {
  const { blocks, isBottleneck, groups = 1, widthPerGroup = 64, classes = 1000 } = options;
  const nodes: NetworkNode[] = [
    imageInput('input', 64, AS_IS),
    ...unit(['conv1', 'bn1'], 'input', 64, 7, { stride: 2 }),
    relu('relu', 'bn1'),
    maxPool('maxpool', 'relu', 3, 2, padAll(1)),
  ];
  let last = 'maxpool';
  let channels = 64;
  blocks.forEach((count, stage) => {
    const planes = 64 * 2 ** stage;
    const width = Math.floor((planes * widthPerGroup) / 64) * groups;
    const outputs = isBottleneck ? planes * 4 : planes;
    for (let block = 0; block < count; block++) {
      const name = `layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const sizes: [number, number, UnitOptions][] = isBottleneck
        ? [
            [width, 1, {}],
            [width, 3, { stride, groups }],
            [outputs, 1, {}],
          ]
        : [
            [planes, 3, { stride }],
            [planes, 3, {}],
          ];
      let input = last;
      sizes.forEach(([filters, kernel, unitOptions], index) => {
        nodes.push(
          ...unit(
            [`${name}.conv${index + 1}`, `${name}.bn${index + 1}`],
            input,
            filters,
            kernel,
            unitOptions,
          ),
        );
        input = `${name}.bn${index + 1}`;
      });
      const isProjected = stride > 1 || channels !== outputs;
      const projection: [string, string] = [`${name}.downsample.0`, `${name}.downsample.1`];
      if (isProjected) nodes.push(...unit(projection, last, outputs, 1, { stride }));
      nodes.push(
        add(`${name}.add`, input, isProjected ? projection[1] : last),
        relu(`${name}.relu`, `${name}.add`),
      );
      last = `${name}.relu`;
      channels = outputs;
    }
  });
  return [...nodes, globalAvgPool('avgpool', last), dense('fc', 'avgpool', classes)];
}

/** Expansion, channels, blocks and stride of each stage. Source: Sandler et al., 2018, table 2. */
const MOBILE_STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Source: torchvision.models.mobilenetv2. */
export function torchMobileNetV2Nodes(): NetworkNode[] {
  const nodes: NetworkNode[] = [
    imageInput('input', 64, AS_IS),
    ...unit(['features.0.0', 'features.0.1'], 'input', 32, 3, { stride: 2 }),
  ];
  let last = 'features.0.1';
  let channels = 32;
  let feature = 1;
  for (const [expansion, outputs, blocks, firstStride] of MOBILE_STAGES) {
    for (let block = 0; block < blocks; block++, feature++) {
      const name = `features.${feature}.conv`;
      const hidden = channels * expansion;
      const stride = block === 0 ? firstStride : 1;
      let part = 0;
      let input = last;
      if (expansion > 1) {
        nodes.push(...unit([`${name}.0.0`, `${name}.0.1`], input, hidden, 1));
        input = `${name}.${part++}.1`;
      }
      nodes.push(
        ...unit([`${name}.${part}.0`, `${name}.${part}.1`], input, hidden, 3, { stride, groups: hidden }),
      );
      nodes.push(...unit([`${name}.${part + 1}`, `${name}.${part + 2}`], `${name}.${part}.1`, outputs, 1));
      input = `${name}.${part + 2}`;
      const isAdded = stride === 1 && channels === outputs;
      if (isAdded) nodes.push(add(`features.${feature}.add`, input, last));
      last = isAdded ? `features.${feature}.add` : input;
      channels = outputs;
    }
  }
  return [
    ...nodes,
    ...unit(['features.18.0', 'features.18.1'], last, 1280, 1),
    globalAvgPool('avgpool', 'features.18.1'),
    dense('classifier.1', 'avgpool', 1000),
  ];
}

/** Source: torchvision.models.densenet. @param blocks layers of each block; 121 has 6, 12, 24 and 16 */
export function torchDenseNetNodes(blocks: readonly number[]): NetworkNode[] {
  const growth = 32;
  const nodes: NetworkNode[] = [
    imageInput('input', 64, AS_IS),
    ...unit(['features.conv0', 'features.norm0'], 'input', 64, 7, { stride: 2 }),
    relu('features.relu0', 'features.norm0'),
    maxPool('features.pool0', 'features.relu0', 3, 2, padAll(1)),
  ];
  const convOptions = { useBias: false };
  let last = 'features.pool0';
  let channels = 64;
  blocks.forEach((layers, index) => {
    for (let layer = 1; layer <= layers; layer++) {
      const name = `features.denseblock${index + 1}.denselayer${layer}`;
      nodes.push(
        batchNorm(`${name}.norm1`, last, EPSILON),
        conv(`${name}.conv1`, `${name}.norm1`, 4 * growth, 1, convOptions),
        batchNorm(`${name}.norm2`, `${name}.conv1`, EPSILON),
        conv(`${name}.conv2`, `${name}.norm2`, growth, 3, { ...convOptions, padding: padAll(1) }),
        { op: 'concat', name: `${name}.concat`, inputs: [last, `${name}.conv2`] },
      );
      last = `${name}.concat`;
      channels += growth;
    }
    const name = `features.transition${index + 1}`;
    if (index === blocks.length - 1) return;
    channels /= 2;
    nodes.push(
      batchNorm(`${name}.norm`, last, EPSILON),
      conv(`${name}.conv`, `${name}.norm`, channels, 1, convOptions),
    );
    last = `${name}.conv`;
  });
  return [
    ...nodes,
    batchNorm('features.norm5', last, EPSILON),
    globalAvgPool('avgpool', 'features.norm5'),
    dense('classifier', 'avgpool', 1000),
  ];
}
