/** The kinds of backbones at a size that the plain loops can run: seeded weights, BatchNorm as training would leave it. */
import { type Network, type NetworkNode, type Weight, weightKey } from '../../network/network.ts';
import {
  add,
  avgPool,
  concat,
  conv,
  dense,
  globalAvgPool,
  maxPool,
  NO_PADDING,
  padAll,
  relu,
  relu6,
  torchNorm,
} from '../../network/nodeBuilders.ts';
import { type Plain, runReference } from '../../network/reference.ts';
import { createRandom } from '../../shared/random.ts';
import { withOpWeights } from './opCases.ts';

const SIZE_PX = 31;

const input: NetworkNode = {
  op: 'input',
  name: 'input',
  inputs: [],
  shape: [SIZE_PX, SIZE_PX, 3],
  preprocessing: null,
};

/** Convolution and BatchNorm: `name` is the BatchNorm's. */
function normed(
  name: string,
  input: string,
  filters: number,
  kernel: number,
  options: { readonly stride?: number; readonly groups?: number } = {},
): NetworkNode[] {
  const padding = padAll((kernel - 1) / 2);
  return [
    conv(`${name}.conv`, input, filters, kernel, { ...options, padding, useBias: false }),
    torchNorm(name, `${name}.conv`),
  ];
}

function stem(filters: number): NetworkNode[] {
  return [input, ...normed('stem', 'input', filters, 3, { stride: 2 }), relu('stem.relu', 'stem')];
}

/** BatchNorm and ReLU before each convolution, each layer adding 8 maps to all before it; two blocks, one transition. */
function denseNodes(): NetworkNode[] {
  const nodes = stem(16);
  let last = 'stem.relu';
  const preNormed = (name: string, filters: number, kernel: number) => {
    nodes.push(
      torchNorm(`${name}.norm`, last),
      relu(`${name}.relu`, `${name}.norm`),
      conv(name, `${name}.relu`, filters, kernel, { padding: padAll((kernel - 1) / 2), useBias: false }),
    );
    last = name;
  };
  for (const block of [1, 2]) {
    for (const layer of [1, 2, 3, 4]) {
      const before = last;
      preNormed(`b${block}.l${layer}.narrow`, 32, 1);
      preNormed(`b${block}.l${layer}`, 8, 3);
      nodes.push(concat(`b${block}.l${layer}.all`, before, last));
      last = `b${block}.l${layer}.all`;
    }
    if (block === 2) continue;
    preNormed('transition', 24, 1);
    nodes.push(avgPool('pool', last, 2, 2, NO_PADDING));
    last = 'pool';
  }
  return [...nodes, torchNorm('end', last), relu('end.relu', 'end'), globalAvgPool('features', 'end.relu')];
}

/** Wide within, depthwise, narrow between blocks and without ReLU there. */
function mobileNodes(): NetworkNode[] {
  const nodes = stem(16);
  let last = 'stem.relu';
  let channels = 16;
  const block = (name: string, filters: number, stride: number) => {
    const wide = channels * 3;
    nodes.push(
      ...normed(`${name}.wide`, last, wide, 1),
      relu6(`${name}.wide.relu`, `${name}.wide`),
      ...normed(`${name}.deep`, `${name}.wide.relu`, wide, 3, { stride, groups: wide }),
      relu6(`${name}.deep.relu`, `${name}.deep`),
      ...normed(`${name}.narrow`, `${name}.deep.relu`, filters, 1),
    );
    if (stride === 1 && channels === filters) nodes.push(add(name, `${name}.narrow`, last));
    last = nodes.at(-1)?.name ?? '';
    channels = filters;
  };
  block('b1', 12, 1);
  block('b2', 12, 1);
  block('b3', 20, 2);
  block('b4', 20, 1);
  return [
    ...nodes,
    ...normed('end', last, 48, 1),
    relu6('end.relu', 'end'),
    globalAvgPool('features', 'end.relu'),
  ];
}

/** Bottlenecks whose 3×3 has groups of four filters, and its stride. */
function groupedNodes(): NetworkNode[] {
  const nodes = stem(24);
  let last = 'stem.relu';
  const block = (name: string, width: number, filters: number, stride: number, projects: boolean) => {
    nodes.push(
      ...normed(`${name}.a`, last, width, 1),
      relu(`${name}.a.relu`, `${name}.a`),
      ...normed(`${name}.b`, `${name}.a.relu`, width, 3, { stride, groups: width / 4 }),
      relu(`${name}.b.relu`, `${name}.b`),
      ...normed(`${name}.c`, `${name}.b.relu`, filters, 1),
      ...(projects ? normed(`${name}.down`, last, filters, 1, { stride }) : []),
      add(`${name}.sum`, `${name}.c`, projects ? `${name}.down` : last),
      relu(name, `${name}.sum`),
    );
    last = name;
  };
  block('b1', 16, 32, 1, true);
  block('b2', 16, 32, 1, false);
  block('b3', 24, 48, 2, true);
  block('b4', 24, 48, 1, false);
  return [...nodes, globalAvgPool('features', last)];
}

/** Convolutions and pools, then a dense layer over all that is left. */
function plainNodes(): NetworkNode[] {
  return [
    input,
    ...[12, 20].flatMap((filters, index) => [
      conv(`c${index + 1}`, index === 0 ? 'input' : 'p1', filters, 3),
      relu(`r${index + 1}`, `c${index + 1}`),
      maxPool(`p${index + 1}`, `r${index + 1}`, 2, 2, NO_PADDING),
    ]),
    { op: 'flatten', name: 'flat', inputs: ['p2'] },
    dense('dense', 'flat', 40),
    relu('features', 'dense'),
  ];
}

/** A picture of soft waves, between −1 and 1: neighbours are alike, as in photos. */
export function wavyPicture(seed: number): Plain {
  const random = createRandom(seed);
  const waves = Array.from({ length: 9 }, () => [random.next(), random.next(), random.next()]);
  const values = new Float64Array(SIZE_PX * SIZE_PX * 3).map((_, i) => {
    const [y, x] = [Math.floor(i / 3 / SIZE_PX), Math.floor(i / 3) % SIZE_PX];
    const sum = waves.reduce(
      (total, [a = 0, b = 0, phase = 0], wave) =>
        wave % 3 === i % 3 ? total + Math.sin(a * y + b * x + 2 * Math.PI * phase) : total,
      0,
    );
    return Math.fround(sum / 3);
  });
  return { shape: [SIZE_PX, SIZE_PX, 3], values };
}

/** Kernels that keep the size of what goes through (He et al., 2015), γ about 1 and β about 0. */
function toTrained({ nodes, weights, ...rest }: Network): Network {
  const scaled = Object.entries(weights).map(([key, { shape, values }]): [string, Weight] => {
    const fanIn = shape.slice(0, -1).reduce((product, side) => product * side, 1);
    const gain = key.endsWith('/kernel') ? Math.sqrt(24 / fanIn) : 0.5;
    const base = key.endsWith('/gamma') ? 1 : 0;
    return [key, { shape, values: values.map((value) => base + value * gain) }];
  });
  return { ...rest, nodes, weights: Object.fromEntries(scaled) };
}

/** Means and variances of what each BatchNorm reads for a picture, as training leaves them. */
function withMeasuredNorms(network: Network): Network {
  const weights: Record<string, Weight> = { ...network.weights };
  runReference({ ...network, weights }, wavyPicture(11), ({ op, name }, [input]) => {
    if (op !== 'batchNorm' || !input) return;
    const shape = input.shape.slice(-1);
    const channels = shape[0] ?? 1;
    const count = input.values.length / channels;
    const mean = new Float32Array(channels);
    const variance = new Float32Array(channels);
    input.values.forEach((value, i) => {
      mean[i % channels] = (mean[i % channels] ?? 0) + value / count;
    });
    input.values.forEach((value, i) => {
      const difference = value - (mean[i % channels] ?? 0);
      variance[i % channels] = (variance[i % channels] ?? 0) + difference ** 2 / count;
    });
    // The node itself is run with them, and so is what follows.
    weights[weightKey(name, 'movingMean')] = { shape, values: mean };
    weights[weightKey(name, 'movingVariance')] = { shape, values: variance };
  });
  return { ...network, weights };
}

/** Made once, however many builds of kernels are held to it. */
function build(nodes: readonly NetworkNode[]): () => Network {
  let network: Network | null = null;
  return () => {
    network ??= withMeasuredNorms(toTrained(withOpWeights(nodes)));
    return network;
  };
}

/** By what they are like; input `[31, 31, 3]`, the output is `features`. BatchNorm is not folded. */
export const SMALL_BACKBONES: Readonly<Record<string, () => Network>> = {
  DenseNet: build(denseNodes()),
  MobileNetV2: build(mobileNodes()),
  ResNeXt: build(groupedNodes()),
  'plain CNN': build(plainNodes()),
};
