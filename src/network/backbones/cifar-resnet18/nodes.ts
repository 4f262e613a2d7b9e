/**
 * ResNet18 without what throws small pictures away: the stem is a 3×3 convolution of stride 1, and there is no max
 * pooling. Convolutions have a bias, as PyTorch's do unless told otherwise, those of shortcuts none.
 * Source: He et al., "Deep Residual Learning", 2015, section 4.2, with the filters of its table 1.
 */
import type { NetworkNode } from '../../network.ts';
import {
  add,
  conv,
  dense,
  globalAvgPool,
  imageInput,
  padAll,
  relu,
  softmax,
  TORCH_PREPROCESSING,
  torchNorm,
} from '../../nodeBuilders.ts';

const STAGES = 4;
const BLOCKS = 2;
/** Of CIFAR-10. */
const CLASSES = 10;

function block(
  name: string,
  input: string,
  filters: number,
  stride: number,
  isProjected: boolean,
): NetworkNode[] {
  return [
    conv(`${name}.conv1`, input, filters, 3, { stride, padding: padAll(1) }),
    torchNorm(`${name}.bn1`, `${name}.conv1`),
    relu(`${name}.relu1`, `${name}.bn1`),
    conv(`${name}.conv2`, `${name}.relu1`, filters, 3, { padding: padAll(1) }),
    torchNorm(`${name}.bn2`, `${name}.conv2`),
    ...(isProjected
      ? [
          conv(`${name}.shortcut.0`, input, filters, 1, { stride, useBias: false }),
          torchNorm(`${name}.shortcut.1`, `${name}.shortcut.0`),
        ]
      : []),
    add(`${name}.add`, `${name}.bn2`, isProjected ? `${name}.shortcut.1` : input),
    relu(`${name}.out`, `${name}.add`),
  ];
}

/** All nodes with a top of ten classes. Input `[sizePx, sizePx, 3]`, output `[10]`. */
export function buildCifarResnet18(sizePx = 32): NetworkNode[] {
  const nodes: NetworkNode[] = [
    imageInput('input', sizePx, TORCH_PREPROCESSING),
    conv('conv1', 'input', 64, 3, { padding: padAll(1) }),
    torchNorm('bn1', 'conv1'),
    relu('relu', 'bn1'),
  ];
  let last = 'relu';
  for (let stage = 0; stage < STAGES; stage++) {
    for (let index = 0; index < BLOCKS; index++) {
      const isProjected = index === 0 && stage > 0;
      const name = `layer${stage + 1}.${index}`;
      nodes.push(...block(name, last, 64 * 2 ** stage, isProjected ? 2 : 1, isProjected));
      last = `${name}.out`;
    }
  }
  nodes.push(globalAvgPool('avgpool', last), dense('fc', 'avgpool', CLASSES), softmax('softmax', 'fc'));
  return nodes;
}
