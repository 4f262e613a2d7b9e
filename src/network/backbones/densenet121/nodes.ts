/**
 * DenseNet121, its nodes named as torchvision's modules, so that its weights fit: BatchNorm and ReLU come before each
 * convolution, and each layer adds 32 maps to all that came before it.
 * Source: Huang et al., "Densely Connected Convolutional Networks", 2017, table 1; torchvision.models.densenet.
 */
import type { NetworkNode } from '../../network.ts';
import {
  avgPool,
  concat,
  conv,
  dense,
  globalAvgPool,
  imageInput,
  maxPool,
  NO_PADDING,
  padAll,
  relu,
  softmax,
  TORCH_PREPROCESSING,
  torchNorm,
} from '../../nodeBuilders.ts';

const LAYERS_OF_BLOCKS = [6, 12, 24, 16] as const;
/** Maps that each layer adds. */
const GROWTH = 32;
/** Filters of the 1×1 convolution that the 3×3 reads. */
const BOTTLENECK = 4 * GROWTH;

/** BatchNorm, ReLU and a convolution without bias, by their names. */
function unit(
  names: readonly [norm: string, relu: string, conv: string],
  input: string,
  filters: number,
  kernel: number,
): NetworkNode[] {
  const [normName, reluName, convName] = names;
  return [
    torchNorm(normName, input),
    relu(reluName, normName),
    conv(convName, reluName, filters, kernel, { padding: padAll((kernel - 1) / 2), useBias: false }),
  ];
}

function layer(name: string, input: string): NetworkNode[] {
  const named = (index: 1 | 2) =>
    [`${name}.norm${index}`, `${name}.relu${index}`, `${name}.conv${index}`] as const;
  return [
    ...unit(named(1), input, BOTTLENECK, 1),
    ...unit(named(2), `${name}.conv1`, GROWTH, 3),
    concat(`${name}.concat`, input, `${name}.conv2`),
  ];
}

/** All nodes with the 1,000-class top. Input `[sizePx, sizePx, 3]`, output `[1000]`. */
export function buildDensenet121(sizePx = 224): NetworkNode[] {
  const nodes: NetworkNode[] = [
    imageInput('input', sizePx, TORCH_PREPROCESSING),
    conv('features.conv0', 'input', 2 * GROWTH, 7, { stride: 2, padding: padAll(3), useBias: false }),
    torchNorm('features.norm0', 'features.conv0'),
    relu('features.relu0', 'features.norm0'),
    maxPool('features.pool0', 'features.relu0', 3, 2, padAll(1)),
  ];
  let last = 'features.pool0';
  let channels = 2 * GROWTH;
  LAYERS_OF_BLOCKS.forEach((layers, index) => {
    for (let count = 1; count <= layers; count++) {
      const name = `features.denseblock${index + 1}.denselayer${count}`;
      nodes.push(...layer(name, last));
      last = `${name}.concat`;
    }
    channels += layers * GROWTH;
    if (index === LAYERS_OF_BLOCKS.length - 1) return;
    // Half of the maps go on, at half the side.
    channels /= 2;
    const name = `features.transition${index + 1}`;
    nodes.push(
      ...unit([`${name}.norm`, `${name}.relu`, `${name}.conv`], last, channels, 1),
      avgPool(`${name}.pool`, `${name}.conv`, 2, 2, NO_PADDING),
    );
    last = `${name}.pool`;
  });
  nodes.push(
    torchNorm('features.norm5', last),
    relu('relu', 'features.norm5'),
    globalAvgPool('avgpool', 'relu'),
    dense('classifier', 'avgpool', 1000),
    softmax('softmax', 'classifier'),
  );
  return nodes;
}
