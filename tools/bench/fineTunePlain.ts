/** The plain way to fine-tune: the same layers with `tf.fused.conv2d`, its own gradient and `tf.train.adam`. */
import type * as tfModule from '@tensorflow/tfjs';
import type * as wasmModule from '@tensorflow/tfjs-backend-wasm';
import type { Conv2dNode, NetworkNode } from '../../src/network/network.ts';
import { type FineTuneStepReport, loadFineTuneCase } from './fineTuneCase.ts';
import type { FineTuneSizes } from './fineTuneNetworks.ts';
import { watchTensorBytes } from './tensorMemory.ts';

/** The published scripts, as fineTunePlain.html loads them: bundling breaks the threads of the WASM backend. */
declare const tf: typeof tfModule & { readonly wasm: typeof wasmModule };

type Variables = ReadonlyMap<string, tfModule.Variable>;

function conv(node: Conv2dNode, x: tfModule.Tensor, variables: Variables): tfModule.Tensor {
  const { top, bottom, left, right } = node.padding;
  const bias = variables.get(`${node.name}/bias`);
  return tf.fused.conv2d({
    x: x as tfModule.Tensor4D,
    filter: variables.get(`${node.name}/kernel`) as unknown as tfModule.Tensor4D,
    strides: [...node.strides],
    pad:
      top + bottom + left + right === 0
        ? 'valid'
        : [
            [0, 0],
            [top, bottom],
            [left, right],
            [0, 0],
          ],
    ...(bias ? { bias } : {}),
  });
}

function apply(node: NetworkNode, inputs: tfModule.Tensor[], variables: Variables): tfModule.Tensor {
  const [x, y] = inputs;
  if (x === undefined) throw new Error(`${node.name} reads nothing`);
  switch (node.op) {
    case 'conv2d':
      return conv(node, x, variables);
    case 'relu':
      return tf.relu(x);
    case 'add':
      return tf.add(x, y as tfModule.Tensor);
    case 'globalAvgPool':
      return tf.mean(x, [1, 2]);
    case 'dense': {
      const kernel = variables.get(`${node.name}/kernel`) as unknown as tfModule.Tensor2D;
      return tf.add(tf.matMul(x, kernel), variables.get(`${node.name}/bias`) as tfModule.Variable);
    }
    default:
      throw new Error(`no plain way for ${node.op}`);
  }
}

/** All but the softmax, which belongs to the loss. */
function toLogits(nodes: readonly NetworkNode[], input: tfModule.Tensor, variables: Variables) {
  let last = input;
  const outputs = new Map<string, tfModule.Tensor>([[nodes[0]?.name ?? '', input]]);
  for (const node of nodes.slice(1, -1)) {
    const inputs = node.inputs.map((name) => outputs.get(name) as tfModule.Tensor);
    last = apply(node, inputs, variables);
    outputs.set(node.name, last);
  }
  return last;
}

/** Moves the weights once, and gives the loss from before that. */
let train: (() => Promise<number>) | null = null;
let takePeakBytes: () => number = () => 0;

const bench = {
  async prepare(backend: string, sizes: FineTuneSizes): Promise<{ threads: number }> {
    tf.wasm.setWasmPaths('/wasm/');
    if (!(await tf.setBackend(backend)) || tf.getBackend() !== backend) throw new Error(`no ${backend}`);
    await tf.ready();
    takePeakBytes = watchTensorBytes(tf.engine());
    const { network, inputShape, values, labels, classCount, settings } = await loadFineTuneCase(sizes);
    const variables = new Map(
      Object.entries(network.weights).map(([key, weight]) => [
        key,
        tf.variable(tf.tensor(weight.values, [...weight.shape])),
      ]),
    );
    // As ours: by itself TensorFlow.js takes a thousand times as much on WebGL, by a slip of its own.
    const optimizer = tf.train.adam(settings.learningRate, 0.9, 0.999, 1e-7);
    train = async () => {
      const input = tf.tensor(values, [sizes.batch, ...inputShape]);
      const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classCount));
      const loss = optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy(targets, toLogits(network.nodes, input, variables)).asScalar(),
        true,
      );
      // Behind everything that was asked of a GPU before it.
      const [value = Number.NaN] = (await loss?.data()) ?? [];
      tf.dispose([input, targets]);
      loss?.dispose();
      return value;
    };
    return { threads: crossOriginIsolated ? navigator.hardwareConcurrency : 1 };
  },
  /** Or what stands in the way. */
  async step(): Promise<FineTuneStepReport | { readonly problem: string }> {
    if (!train) throw new Error('step before prepare');
    takePeakBytes();
    const tensorsBefore = tf.memory().numTensors;
    const startMs = performance.now();
    try {
      const loss = await train();
      return {
        seconds: (performance.now() - startMs) / 1000,
        loss,
        tensorsBefore,
        tensorsAfter: tf.memory().numTensors,
        peakTensorBytes: takePeakBytes(),
      };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  },
};
export type FineTunePlainBench = typeof bench;
Object.assign(globalThis, { bench });
