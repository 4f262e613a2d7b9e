/** Runs a backbone with weights that a rule fills on both runtimes of the processor, and compares with the program that it is of. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { createExecutorOf } from '../src/compute/runtimes/tensorflow/execute.ts';
import type { CompiledKernels } from '../src/compute/runtimes/wasm/builds.ts';
import { openPackedNetwork, packNetwork } from '../src/compute/runtimes/wasm/inference/packedNetwork.ts';
import type { Arithmetic } from '../src/domain/backends.ts';
import type { Backbone } from '../src/network/backbones/backbone.ts';
import { cutAfter } from '../src/network/cut.ts';
import { foldBatchNorm } from '../src/network/fold.ts';
import { inputNodeOf, type Network, outputNode, weightReaderOf } from '../src/network/network.ts';
import type { ActivationRanges } from '../src/network/quantise.ts';
import { normRanges } from '../src/network/ranges.ts';
import { type ReferenceAnswer, referencePicture, spreadFeatures } from './architectureReferences.ts';
import { withFilledWeights } from './filledWeights.ts';
import { ROOT } from './paths.ts';

/** Largest deviations, as fractions of the largest number that is expected. */
export interface ArchitectureCheck {
  readonly tensorflow: { readonly logits: number };
  readonly kernels: { readonly features: number; readonly mean: number };
  /** Of the kernels' features in 8-bit integers to those in float32. */
  readonly int8Cosine: number;
  /** The likeliest class, by TensorFlow.js. */
  readonly argmax: number;
}

/** Once, before the first check. */
export async function prepareChecks(): Promise<void> {
  setWasmPaths(`${resolve(ROOT, 'node_modules/@tensorflow/tfjs-backend-wasm/dist')}/`);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await tf.setBackend('wasm');
}

async function runTensorflow(network: Network, pixels: Float32Array, sizePx: number): Promise<Float32Array> {
  const executor = createExecutorOf(network);
  const input = tf.tensor4d(pixels, [1, sizePx, sizePx, 3]);
  const output = executor.run(input);
  const values = (await output.data()) as Float32Array;
  tf.dispose([input, output]);
  executor.dispose();
  return values;
}

/** The build that Node runs everywhere. */
async function compilePlain(): Promise<CompiledKernels> {
  const file = join(ROOT, 'src/compute/runtimes/wasm/inference/generated/plain.wasm');
  return { build: 'plain', module: await WebAssembly.compile(readFileSync(file)), isShared: false };
}

async function runKernels(
  network: Network,
  ranges: ActivationRanges,
  arithmetic: Arithmetic,
  pixels: Float32Array<ArrayBuffer>,
): Promise<Float32Array> {
  const source = { nodes: network.nodes, weightOf: weightReaderOf(network), ranges };
  return (await openPackedNetwork(packNetwork(await compilePlain(), source, arithmetic))).run(pixels);
}

function largestDeviation(actual: ArrayLike<number>, expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(
    ...expected.map((value, i) => Math.abs((actual[i] ?? Number.POSITIVE_INFINITY) - value) / largest),
  );
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** @param answer of PyTorch or Keras, to the picture of its size */
export async function checkArchitecture(
  { id, buildNodes, featureNode }: Backbone,
  answer: ReferenceAnswer,
): Promise<ArchitectureCheck> {
  const nodes = buildNodes(answer.sizePx);
  const { preprocessing } = inputNodeOf(nodes);
  if (!preprocessing) throw new Error('a backbone preprocesses');
  const pixels = referencePicture(answer.sizePx, preprocessing);
  const unfolded = withFilledWeights(id, nodes);
  const whole = foldBatchNorm(unfolded);
  const upToFeatures = cutAfter(whole, featureNode);
  const upToLogits = cutAfter(whole, outputNode(whole).inputs[0] ?? '');

  const logits = await runTensorflow(upToLogits, pixels, answer.sizePx);
  const ranges = normRanges(cutAfter(unfolded, featureNode));
  const [exact, inIntegers] = [
    await runKernels(upToFeatures, ranges, 'float32', pixels),
    await runKernels(upToFeatures, ranges, 'int8', pixels),
  ];
  const mean = exact.reduce((sum, value) => sum + value, 0) / exact.length;
  return {
    tensorflow: { logits: largestDeviation(logits, answer.logits) },
    kernels: {
      features: largestDeviation(spreadFeatures(exact, answer), answer.features),
      mean: Math.abs(mean / answer.featuresMean - 1),
    },
    int8Cosine: cosine(inIntegers, exact),
    argmax: logits.indexOf(Math.max(...logits)),
  };
}
