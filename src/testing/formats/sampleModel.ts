/** A small classifier with every kind of node, for the tests of file formats. */
import type { Metrics } from '../../domain/metrics.ts';
import type { ModelDescription } from '../../domain/model.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import type { DescribedModel } from '../../formats/modelFormat.ts';
import type { Network, NetworkNode, Weight } from '../../network/network.ts';
import { inferShapes, sizeOf, weightShapes } from '../../network/shapes.ts';

export const SAMPLE_NODES: readonly NetworkNode[] = [
  {
    op: 'input',
    name: 'input_1',
    inputs: [],
    shape: [13, 13, 3],
    preprocessing: { matrix: [0, 0, 0.5, 0, 0.25, 0.125, 1, 0, 0], bias: [-103.5, -116.75, -0.125] },
  },
  {
    op: 'conv2d',
    name: 'conv1',
    inputs: ['input_1'],
    filters: 4,
    kernelSize: [3, 3],
    strides: [2, 2],
    padding: { top: 0, bottom: 1, left: 2, right: 1 },
    groups: 1,
    useBias: false,
  },
  { op: 'batchNorm', name: 'bn1', inputs: ['conv1'], epsilon: 1e-3, momentum: 0.9 },
  { op: 'relu', name: 'relu1', inputs: ['bn1'], maxValue: 6 },
  // Not Keras's "same" (over 6×7 that is 0, 1, 1, 1): written as a layer of zeros, since ReLU comes before.
  pool('maxPool', 'pool1', 'relu1', [3, 3], [2, 2], { top: 1, bottom: 0, left: 1, right: 1 }),
  // Over numbers of either sign: "same" is the only word for it.
  pool('maxPool', 'pool2', 'bn1', [3, 3], [2, 2], { top: 0, bottom: 1, left: 1, right: 1 }),
  pool('avgPool', 'pool3', 'bn1', [3, 3], [2, 2], { top: 0, bottom: 1, left: 1, right: 1 }),
  { op: 'add', name: 'add', inputs: ['pool2', 'pool3'] },
  {
    op: 'conv2d',
    name: 'depthwise',
    inputs: ['add'],
    filters: 8,
    kernelSize: [2, 3],
    strides: [1, 1],
    padding: { top: 1, bottom: 0, left: 1, right: 1 },
    groups: 4,
    useBias: true,
  },
  { op: 'concat', name: 'concat', inputs: ['depthwise', 'add', 'pool1'] },
  pool('avgPool', 'pool4', 'concat', [2, 2], [2, 2], { top: 0, bottom: 0, left: 0, right: 0 }),
  { op: 'flatten', name: 'flatten', inputs: ['pool4'] },
  { op: 'activation', name: 'leaky', inputs: ['concat'], kind: 'leakyRelu', slope: 0.25 },
  { op: 'activation', name: 'silu', inputs: ['leaky'], kind: 'silu', slope: 0 },
  { op: 'globalMaxPool', name: 'gmp', inputs: ['silu'] },
  { op: 'activation', name: 'sigmoid', inputs: ['gmp'], kind: 'sigmoid', slope: 0 },
  { op: 'globalAvgPool', name: 'gap', inputs: ['concat'] },
  { op: 'dropout', name: 'head_dropout', inputs: ['flatten'], rate: 0.3 },
  { op: 'dense', name: 'hidden', inputs: ['head_dropout'], units: 5, useBias: false },
  { op: 'dense', name: 'hidden_gap', inputs: ['gap'], units: 5, useBias: true },
  { op: 'dense', name: 'hidden_gmp', inputs: ['sigmoid'], units: 5, useBias: true },
  { op: 'add', name: 'hidden_sum', inputs: ['hidden', 'hidden_gap', 'hidden_gmp'] },
  { op: 'relu', name: 'hidden_relu', inputs: ['hidden_sum'], maxValue: null },
  { op: 'dense', name: 'logits', inputs: ['hidden_relu'], units: 3, useBias: true },
  { op: 'softmax', name: 'probabilities', inputs: ['logits'] },
];

/** The sample with weights that differ everywhere; those of `float16Nodes` are exact in float16. */
export function sampleNetwork(
  nodes: readonly NetworkNode[] = SAMPLE_NODES,
  float16Nodes: readonly string[] = ['conv1', 'bn1', 'depthwise'],
): Network {
  const shapes = inferShapes(nodes);
  const weights: Record<string, Weight> = {};
  let seed = 1;
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const values = Float32Array.from({ length: sizeOf(shape) }, () => {
        seed = (seed * 48_271) % 2_147_483_647; // Park & Miller's minimal standard generator
        const unit = seed / 2_147_483_647;
        const value = kind === 'movingVariance' ? 500 + 500 * unit : unit - 0.5;
        return float16Nodes.includes(node.name) ? Math.round(value * 1024) / 1024 : value;
      });
      weights[`${node.name}/${kind}`] = { shape, values };
    }
  }
  return { name: 'sample', nodes, weights };
}

const SAMPLE_METRICS: Metrics = {
  count: 6,
  accuracy: 0.5,
  accuracyInterval: [0.1876, 0.8124],
  perClass: [
    { classIndex: 0, support: 2, precision: 1 / 3, recall: 0.5, f1: 0.4 },
    { classIndex: 1, support: 1, precision: 0.5, recall: 1, f1: 2 / 3 },
    { classIndex: 2, support: 3, precision: null, recall: 0, f1: 0 },
  ],
  confusion: [
    [1, 1, 0],
    [0, 1, 0],
    [2, 1, 0],
  ],
};

/** Its description. The names are as hostile as a folder's name can be. */
export const SAMPLE_DESCRIPTION: ModelDescription = {
  name: 'Cats | <script>alert(1)</script> *dogs*',
  classNames: ['cat', '<img src=x onerror=alert(1)>', 'two\nlines | 猫'],
  createdAt: '2026-03-04T05:06:07.000Z',
  backbone: {
    id: 'resnet50',
    fingerprint: 'ab12',
    inputSizePx: 13,
    featureCount: 60,
    resize: { fit: 'centerCrop', cropFraction: 0.875, version: 1 },
  },
  data: {
    name: 'pets',
    counts: ['cat', '<img src=x onerror=alert(1)>', 'two\nlines | 猫'].map((className) => ({
      className,
      train: 70,
      validation: 15,
      test: 2,
    })),
    seed: 1,
    splitSource: 'fractions',
  },
  settings: DEFAULT_TRAIN_SETTINGS,
  curve: [
    { epoch: 1, loss: 0.9, accuracy: 0.5, validationLoss: null, validationAccuracy: null, elapsedMs: 12.5 },
    { epoch: 2, loss: 0.4, accuracy: 0.9, validationLoss: 0.5, validationAccuracy: 0.8, elapsedMs: 11 },
  ],
  bestEpoch: 2,
  metrics: { validation: null, test: SAMPLE_METRICS },
  arithmetic: 'int8',
  exactMetrics: { ...SAMPLE_METRICS, accuracy: 4 / 6 },
};

export function sampleModel(): DescribedModel {
  return { description: SAMPLE_DESCRIPTION, network: sampleNetwork() };
}

function pool(
  op: 'maxPool' | 'avgPool',
  name: string,
  input: string,
  poolSize: readonly [number, number],
  strides: readonly [number, number],
  padding: { top: number; bottom: number; left: number; right: number },
): NetworkNode {
  return { op, name, inputs: [input], poolSize, strides, padding };
}
