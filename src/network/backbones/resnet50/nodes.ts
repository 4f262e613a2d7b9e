/** ResNet50 of Keras with the names that its layers had at first: those of the published weights. */
import { buildKerasResnet, type KerasResnet } from '../../architectures/kerasResnet.ts';
import type { NetworkNode } from '../../network.ts';

/** `4`, `3` → `4c`. */
const idOf = (stage: number, block: number) => `${stage}${String.fromCharCode(96 + block)}`;
const BRANCHES = ['1', '2a', '2b', '2c'] as const;

const RESNET50: KerasResnet = {
  blocks: [3, 4, 6, 3],
  /** Keras set this for its ResNet50 then; PyTorch's 1e-5 gives other outputs. */
  epsilon: 1e-3,
  names: {
    stem: { conv: 'conv1', norm: 'bn_conv1', relu: 'relu1', pool: 'pool1' },
    conv: (stage, block, branch) => `res${idOf(stage, block)}_branch${BRANCHES[branch]}`,
    norm: (stage, block, branch) => `bn${idOf(stage, block)}_branch${BRANCHES[branch]}`,
    relu: (stage, block, branch) => `relu${idOf(stage, block)}_${BRANCHES[branch]}`,
    add: (stage, block) => `add${idOf(stage, block)}`,
    out: (stage, block) => `out${idOf(stage, block)}`,
    top: 'fc1000',
  },
};

/** All nodes, BatchNorm unfolded, with the 1,000-class top. Input `[sizePx, sizePx, 3]`, output `[1000]`. */
export function buildResnet50(sizePx = 224): NetworkNode[] {
  return buildKerasResnet(RESNET50, sizePx);
}
