/** Which well-known network a file holds, told by names and shapes alone: so that a person hears what they chose. */
import type { TensorInfo } from '../tensorFile.ts';

type Tensors = ReadonlyMap<string, TensorInfo>;

interface View {
  /** Shape of the first tensor whose name ends so. */
  shapeOf(ending: string): readonly number[] | null;
  /** How many different texts the first group of the pattern has over all names. */
  count(pattern: RegExp): number;
}

function viewOf(tensors: Tensors): View {
  const names = [...tensors.keys()];
  return {
    shapeOf(ending) {
      const name = names.find(
        (one) => one === ending || (/[./]$/.test(one.slice(0, -ending.length)) && one.endsWith(ending)),
      );
      return tensors.get(name ?? '')?.shape ?? null;
    },
    count: (pattern) => new Set(names.flatMap((name) => pattern.exec(name)?.[1] ?? [])).size,
  };
}

const RESNET_BLOCKS: Readonly<Record<string, string>> = {
  '2,2,2,2': 'ResNet18',
  '3,4,6,3': 'ResNet34',
  'bottleneck 3,4,6,3': 'ResNet50',
  'bottleneck 3,4,23,3': 'ResNet101',
  'bottleneck 3,8,36,3': 'ResNet152',
};

/** torchvision, timm and their like. */
function torchResNet({ shapeOf, count }: View): string | null {
  const blocks = [1, 2, 3, 4].map((stage) =>
    count(new RegExp(`(?:^|\\.)layer${stage}\\.(\\d+)\\.conv1\\.weight$`)),
  );
  const middle = shapeOf('layer1.0.conv2.weight');
  if (blocks.includes(0) || middle === null) return null;
  const isBottleneck = shapeOf('layer1.0.conv3.weight') !== null;
  const base =
    RESNET_BLOCKS[`${isBottleneck ? 'bottleneck ' : ''}${blocks}`] ?? `ResNet (${blocks.join(', ')})`;
  const [width = 0, perGroup = 0] = middle;
  if (shapeOf('conv1.weight')?.[2] === 3) return `${base} (CIFAR)`;
  if (isBottleneck && perGroup < width)
    return `${base.replace('ResNet', 'ResNeXt')}_${width / perGroup}x${perGroup}d`;
  return isBottleneck && width > 64 ? `Wide ${base}` : base;
}

const DENSE_BLOCKS: Readonly<Record<string, string>> = {
  '6,12,24,16': 'DenseNet121',
  '6,12,32,32': 'DenseNet169',
  '6,12,48,32': 'DenseNet201',
  '6,12,36,24': 'DenseNet161',
};

function denseNet({ count }: View): string | null {
  const blocks = [1, 2, 3, 4].map((block) =>
    Math.max(
      count(new RegExp(`denseblock${block}\\.denselayer(\\d+)\\.`)),
      count(new RegExp(`^conv${block + 1}_block(\\d+)_0_bn/`)),
    ),
  );
  // Keras has such a name in the first block of a ResNet's stage as well.
  return (blocks[0] ?? 0) > 1 ? (DENSE_BLOCKS[`${blocks}`] ?? 'DenseNet') : null;
}

function kerasResNet({ count }: View): string | null {
  const blocks = [2, 3, 4, 5].map((stage) =>
    Math.max(
      count(new RegExp(`conv${stage}_block(\\d+)_1_conv/`)),
      count(new RegExp(`res${stage}([a-z]\\d*)_branch2a/`)),
    ),
  );
  if (blocks.includes(0)) return null;
  return `${RESNET_BLOCKS[`bottleneck ${blocks}`] ?? 'ResNet'} (Keras)`;
}

/** Filters that the last block of MobileNetV2 puts out where it is as wide as in its paper. */
const MOBILE_NET_FILTERS = 320;

/** Wider and narrower ones are other networks under the same names. */
function mobileNetV2({ shapeOf }: View): string | null {
  const torch = shapeOf('features.17.conv.2.weight')?.[0];
  const filters = torch ?? shapeOf('block_16_project/kernel')?.[3];
  if (filters === undefined) return null;
  const width = filters === MOBILE_NET_FILTERS ? '' : ` ×${filters / MOBILE_NET_FILTERS}`;
  return `MobileNetV2${width}${torch === undefined ? ' (Keras)' : ''}`;
}

/** Networks that one name gives away. */
const SIGNS: readonly (readonly [pattern: RegExp, network: string])[] = [
  [/(^|\.)blocks\.1\.0\.conv_pwl\.weight$/, 'MobileNet / EfficientNet (timm)'],
  [/^conv_dw_13\//, 'MobileNet (Keras)'],
  [/^block5_conv4\//, 'VGG19 (Keras)'],
  [/^block5_conv3\//, 'VGG16 (Keras)'],
  [/^block1a_dwconv\//, 'EfficientNet (Keras)'],
  [/^block14_sepconv2\//, 'Xception (Keras)'],
  [/(^|\.)features\.28\.weight$/, 'VGG16'],
  [/(^|\.)Mixed_7c\./, 'Inception v3'],
  [/(^|\.)features\.1\.0\.block\.0\.0\.weight$/, 'EfficientNet'],
  [
    /(^|\.)(blocks\.0\.attn\.qkv|encoder_layer_0\.self_attention\.in_proj_)weight$/,
    'Vision Transformer (ViT)',
  ],
  [/(^|\.)attention\.self\.query\.weight$/, 'Transformer'],
];

/** Its name as its authors write it; null for one that we do not know. */
export function recogniseNetwork(tensors: Tensors): string | null {
  const view = viewOf(tensors);
  const byShape = torchResNet(view) ?? denseNet(view) ?? kerasResNet(view) ?? mobileNetV2(view);
  if (byShape !== null) return byShape;
  const names = [...tensors.keys()];
  return SIGNS.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1] ?? null;
}
