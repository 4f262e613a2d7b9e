/** What ONNX Runtime makes of the files, against the plain loops. */
import { InferenceSession, env as ortEnvironment, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Precision } from '../../domain/modelExport.ts';
import { findBackbone } from '../../network/backbones/registry.ts';
import { createFreshNetwork } from '../../network/freshNetwork.ts';
import { inputNodeOf, type Network, type NetworkNode } from '../../network/network.ts';
import { runReference } from '../../network/reference.ts';
import { sizeOf } from '../../network/shapes.ts';
import { createRandom } from '../../shared/random.ts';
import { joinParts } from '../../testing/formats/packages.ts';
import { withKernels, withRoundedKernels } from '../../testing/formats/roundedKernels.ts';
import { SAMPLE_NODES, sampleNetwork } from '../../testing/formats/sampleModel.ts';
import { toOnnxGraph } from './graph.ts';
import { toOnnxFile } from './onnxProto.ts';

const random = createRandom(11);

async function runOnnx(network: Network, precision: Precision, pixels: Float32Array, batch: number) {
  const file = await joinParts(toOnnxFile(toOnnxGraph(network, precision), { labels: 'one\ntwo' }));
  const session = await InferenceSession.create(file);
  const { name, shape } = inputNodeOf(network.nodes);
  const outputs = await session.run({ [name]: new Tensor('float32', pixels, [batch, ...shape]) });
  const output = outputs[session.outputNames[0] ?? ''];
  if (!output) throw new Error('no output');
  const values = Float64Array.from(output.data as Float32Array);
  await session.release();
  return { dims: output.dims, values, sizeBytes: file.byteLength };
}

function pixelsFor(network: Network, count: number): Float32Array {
  const { shape } = inputNodeOf(network.nodes);
  return Float32Array.from({ length: count * sizeOf(shape) }, () => Math.floor(256 * random.next()));
}

function expectedOf(network: Network, pixels: Float32Array): Float64Array {
  const { shape } = inputNodeOf(network.nodes);
  return runReference(network, { shape, values: Float64Array.from(pixels) }).values;
}

/** The largest difference, over the largest number that was expected. */
function differenceOf(actual: Float64Array, expected: Float64Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)))) / largest;
}

/** The sample up to one of its nodes, which no other reads any more. */
function sampleUpTo(name: string): Network {
  const end = SAMPLE_NODES.findIndex((node) => node.name === name);
  return sampleNetwork(SAMPLE_NODES.slice(0, end + 1));
}

const HARD_SWISH: readonly NetworkNode[] = [
  ...SAMPLE_NODES.slice(0, 3),
  { op: 'activation', name: 'hard', inputs: ['bn1'], kind: 'hardSwish', slope: 0 },
];

const GROUPED: readonly NetworkNode[] = [
  ...SAMPLE_NODES.slice(0, 3),
  {
    op: 'conv2d',
    name: 'grouped',
    inputs: ['bn1'],
    filters: 6,
    kernelSize: [3, 2],
    strides: [1, 2],
    padding: { top: 1, bottom: 0, left: 0, right: 1 },
    groups: 2,
    useBias: true,
  },
];

beforeAll(() => {
  ortEnvironment.wasm.numThreads = 1;
});

const NORM_OF_FEATURES: readonly NetworkNode[] = [
  ...SAMPLE_NODES.slice(0, 3),
  { op: 'globalAvgPool', name: 'pooled', inputs: ['bn1'] },
  { op: 'batchNorm', name: 'norm', inputs: ['pooled'], epsilon: 1e-3, momentum: 0.9 },
];

/** One of each kind of block. */
const ARCHITECTURES = ['resnet18', 'resnet50', 'resnext50-32x4d', 'densenet121', 'mobilenet-v2', 'plain-cnn'];

const ENDS: readonly { name: string; network: Network }[] = [
  ...SAMPLE_NODES.slice(1).map(({ name, op }) => ({ name: `${name} (${op})`, network: sampleUpTo(name) })),
  { name: 'hard swish', network: sampleNetwork(HARD_SWISH) },
  { name: 'groups of channels', network: sampleNetwork(GROUPED) },
  { name: 'BatchNorm of a list of features', network: sampleNetwork(NORM_OF_FEATURES) },
];

describe('a network as ONNX', () => {
  it.each(ENDS)('gives after $name what the plain loops give', async ({ network }) => {
    const pixels = pixelsFor(network, 1);
    const { shape } = inputNodeOf(network.nodes);
    const expected = runReference(network, { shape, values: Float64Array.from(pixels) });
    const { dims, values } = await runOnnx(network, 'float32', pixels, 1);
    expect(dims).toEqual([1, ...expected.shape]);
    expect(differenceOf(values, expected.values)).toBeLessThan(1e-5);
  });

  it('takes any number of pictures at once', async () => {
    const network = sampleNetwork();
    const pixels = pixelsFor(network, 3);
    const { dims, values } = await runOnnx(network, 'float32', pixels, 3);
    expect(dims).toEqual([3, 3]);
    const [one, other] = [pixels.subarray(0, 507), pixels.subarray(1014)];
    expect(differenceOf(values.subarray(0, 3), expectedOf(network, one))).toBeLessThan(1e-5);
    expect(differenceOf(values.subarray(6), expectedOf(network, other))).toBeLessThan(1e-5);
  });

  it.each(ARCHITECTURES)('is %s', { timeout: 60_000 }, async (id) => {
    const backbone = findBackbone(id);
    const sizePx = Math.max(32, backbone.leastInputPx ?? 0);
    const network = createFreshNetwork(id, backbone.buildNodes(sizePx), () => random.next());
    const pixels = pixelsFor(network, 1);
    const { values } = await runOnnx(network, 'float32', pixels, 1);
    expect(differenceOf(values, expectedOf(network, pixels))).toBeLessThan(1e-4);
  });

  it.each([
    ['float16', 0.55],
    ['int8', 0.3],
  ] as const)('rounds its kernels to %s, and nothing else', async (precision, share) => {
    const { buildNodes } = findBackbone('plain-cnn');
    const network = createFreshNetwork('plain-cnn', buildNodes(32), () => random.next());
    const pixels = pixelsFor(network, 1);
    const whole = await runOnnx(network, 'float32', pixels, 1);
    const { values, sizeBytes } = await runOnnx(network, precision, pixels, 1);
    expect(sizeBytes / whole.sizeBytes).toBeLessThan(share);
    const rounded = withRoundedKernels(network, precision);
    expect(differenceOf(values, expectedOf(rounded, pixels))).toBeLessThan(1e-5);
    expect(differenceOf(values, whole.values)).toBeGreaterThan(1e-5);
  });

  it('keeps a kernel in float32 that float16 cannot hold', async () => {
    const network = sampleNetwork();
    const changed = withKernels(network, ({ values }) => values.map((value) => value * 1e6));
    const pixels = pixelsFor(changed, 1);
    const { values } = await runOnnx(changed, 'float16', pixels, 1);
    expect(values.every(Number.isFinite)).toBe(true);
  });
});
