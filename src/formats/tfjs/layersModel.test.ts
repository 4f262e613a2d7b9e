import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { inputNodeOf, type Network, type NetworkNode } from '../../network/network.ts';
import { conv, NO_PADDING } from '../../network/nodeBuilders.ts';
import { runReference } from '../../network/reference.ts';
import { SAMPLE_NODES, sampleNetwork } from '../../testing/formats/sampleModel.ts';
import { readTfjsLayers } from './reader.ts';
import type { TfjsModelJson } from './schema.ts';
import { SHARD_BYTES } from './weights.ts';
import { type TfjsModel, writeTfjsLayers } from './writer.ts';

function getBytesOf({ modelJson, shards }: TfjsModel) {
  const paths = modelJson.weightsManifest.flatMap((group) => group.paths);
  return async (path: string) => {
    const shard = shards[paths.indexOf(path)];
    if (!shard) throw new Error(`no file ${path}`);
    return shard;
  };
}

/** The written model, loaded by TensorFlow.js itself. */
async function loadWithTfjs({ modelJson, shards }: TfjsModel): Promise<tf.LayersModel> {
  const json = JSON.parse(JSON.stringify(modelJson)) as tf.io.ModelJSON;
  const weightData = new Uint8Array(await new Blob([...shards]).arrayBuffer()).buffer;
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights);
  await tf.setBackend('cpu');
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs,
      weightData,
      format: json.format ?? '',
    }),
  );
}

/** An imitation of pixels: 0–255, different everywhere. */
function pixels(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => Math.floor(((i * 7919) % 1000) / 3.92));
}

async function compareWithReference(network: Network): Promise<void> {
  const input = inputNodeOf(network.nodes);
  const values = pixels(input.shape.reduce((a, b) => a * b, 1));
  const expected = runReference(network, { shape: input.shape, values });
  const model = await loadWithTfjs(writeTfjsLayers(network));
  const output = model.predict(tf.tensor([...values], [1, ...input.shape])) as tf.Tensor;
  const got = await output.data();
  expect(output.shape).toEqual([1, ...expected.shape]);
  const largest = expected.values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  expect(largest).toBeGreaterThan(0);
  expected.values.forEach((value, i) => {
    expect(Math.abs((got[i] ?? Number.NaN) - value)).toBeLessThan(1e-5 * largest);
  });
  model.dispose();
}

describe('a written tfjs layers model', () => {
  it('answers in plain TensorFlow.js as the reference does', async () => {
    await compareWithReference(sampleNetwork());
  });

  // The softmax could hide a fault in front of it: compare every inner node too.
  it.each(SAMPLE_NODES.slice(1).map((node, index) => [node.name, index + 2] as const))(
    'agrees up to %s',
    async (name, length) => {
      const nodes = ancestors(SAMPLE_NODES.slice(0, length), name);
      await compareWithReference(sampleNetwork(nodes));
    },
  );

  it('carries float16 for tensors that it does not change, float32 for others', () => {
    const { modelJson } = writeTfjsLayers(sampleNetwork());
    const types = Object.fromEntries(
      modelJson.weightsManifest.flatMap(({ weights }) =>
        weights.map((weight) => [weight.name, weight.quantization?.dtype ?? weight.dtype]),
      ),
    );
    expect(types['conv1/kernel']).toBe('float16');
    expect(types['depthwise/depthwise_kernel']).toBe('float16');
    expect(types['hidden/kernel']).toBe('float32');
  });

  it('cuts the weights into shards of 4 MB', async () => {
    const network = sampleNetwork([
      { op: 'input', name: 'in', inputs: [], shape: [1500], preprocessing: null },
      { op: 'dense', name: 'wide', inputs: ['in'], units: 1500, useBias: true },
    ]);
    const model = writeTfjsLayers(network);
    expect(model.shards.map((shard) => shard.length)).toEqual([
      SHARD_BYTES,
      SHARD_BYTES,
      1501 * 1500 * 4 - 2 * SHARD_BYTES,
    ]);
    expect(model.modelJson.weightsManifest[0]?.paths[2]).toBe('group1-shard3of3.bin');
    const read = await readTfjsLayers(model.modelJson, getBytesOf(model));
    const values = read.weights['wide/kernel']?.values ?? new Float32Array();
    const kernel = network.weights['wide/kernel']?.values ?? new Float32Array();
    expect(values.length).toBe(kernel.length);
    expect(values.findIndex((value, i) => value !== kernel[i])).toBe(-1);
  });

  it.each<[string, NetworkNode]>([
    ['grouped convolution', conv('bad', 'conv1', 4, 1, { groups: 2 })],
    ['padded max pooling over negative numbers', badPool('maxPool')],
    ['padded average pooling', badPool('avgPool')],
  ])('does not exist for %s', (_what, node) => {
    const network = sampleNetwork([...SAMPLE_NODES.slice(0, 2), node]);
    expect(() => writeTfjsLayers(network)).toThrowError(
      expect.objectContaining({ code: 'unsupportedByFormat', details: { node: 'bad' } }),
    );
  });
});

describe('readTfjsLayers', () => {
  const written = writeTfjsLayers(sampleNetwork());
  const read = (modelJson: unknown) => readTfjsLayers(modelJson, getBytesOf(written));

  /** The file with one layer's settings changed. */
  function changed(layerName: string, config: object, className?: string): TfjsModelJson {
    const copy = structuredClone(written.modelJson);
    const layer = copy.modelTopology.model_config.config.layers.find(({ name }) => name === layerName);
    if (!layer) throw new Error(`no layer ${layerName}`);
    Object.assign(layer.config, config);
    if (className) layer.class_name = className;
    return copy;
  }

  it('takes the preprocessing back into the input', async () => {
    const network = await read(written.modelJson);
    expect(network.nodes[0]).toEqual(SAMPLE_NODES[0]);
    expect(Object.keys(network.weights).some((key) => key.startsWith('preprocessing'))).toBe(false);
  });

  it('reads what TensorFlow.js itself would save of the settings it understands', async () => {
    const same = await read(
      changed('depthwise', { dilation_rate: 1, activation: 'linear', trainable: false }),
    );
    expect(same.nodes).toEqual(SAMPLE_NODES);
  });

  it.each<[string, TfjsModelJson, string]>([
    ['an unknown layer', changed('relu1', {}, 'Lambda'), 'Lambda'],
    ['a property of every object', changed('relu1', {}, 'constructor'), 'constructor'],
    ['a fused activation', changed('logits', { activation: 'tanh' }), 'Dense'],
    ['dilation', changed('conv1', { dilation_rate: [2, 2] }), 'Conv2D'],
    ['channels first', changed('pool1', { data_format: 'channels_first' }), 'MaxPooling2D'],
    ['concatenation along the height', changed('concat', { axis: 1 }), 'Concatenate'],
    ['a leaky ReLU in disguise', changed('relu1', { negative_slope: 0.1 }), 'ReLU'],
  ])('does not run %s', async (_what, modelJson, layer) => {
    await expect(read(modelJson)).rejects.toMatchObject({ code: 'modelFileUnsupported', details: { layer } });
  });

  it('does not run a layer of zeros ahead of average pooling, whose average it would change', async () => {
    await expect(read(changed('pool1', {}, 'AveragePooling2D'))).rejects.toMatchObject({
      code: 'modelFileUnsupported',
      details: { layer: 'ZeroPadding2D' },
    });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['another format', { ...written.modelJson, format: 'graph-model' }],
    ['a shape that does not fit', changed('hidden', { units: 6 })],
    ['a missing weight', changed('hidden', { use_bias: true })],
    ['no weights', { ...written.modelJson, weightsManifest: [] }],
  ])('calls %s unreadable', async (_what, modelJson) => {
    await expect(read(modelJson)).rejects.toMatchObject({ code: 'modelFileUnreadable' });
  });

  it('counts the bytes', async () => {
    for (const change of [(bytes: Uint8Array) => bytes.slice(1), (bytes: Uint8Array) => grown(bytes)]) {
      const getBytes = getBytesOf(written);
      await expect(
        readTfjsLayers(written.modelJson, async (path) => change(await getBytes(path))),
      ).rejects.toMatchObject({ code: 'modelFileUnreadable' });
    }
  });

  it('refuses weights of other types', async () => {
    const copy = structuredClone(written.modelJson);
    const weight = copy.weightsManifest[0]?.weights[0];
    if (weight) weight.quantization = { dtype: 'uint8' };
    await expect(read(copy)).rejects.toMatchObject({ code: 'modelFileUnsupported' });
  });
});

function grown(bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  return longer;
}

function badPool(op: 'maxPool' | 'avgPool'): NetworkNode {
  const padding = { ...NO_PADDING, top: 1, left: 1 };
  return { op, name: 'bad', inputs: ['conv1'], poolSize: [2, 2], strides: [1, 1], padding };
}

/** The node with all that it needs, in the same order. */
function ancestors(nodes: readonly NetworkNode[], name: string): readonly NetworkNode[] {
  const needed = new Set([name]);
  for (const node of [...nodes].reverse()) {
    if (needed.has(node.name)) for (const input of node.inputs) needed.add(input);
  }
  return nodes.filter((node) => needed.has(node.name));
}
