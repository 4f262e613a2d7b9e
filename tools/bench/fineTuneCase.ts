/** What both sides of the bench of fine-tuning train: the same weights, the same pictures, the same settings. */

import type { NormMode } from '../../src/compute/training/trainablePlan.ts';
import {
  DEFAULT_FINE_TUNE,
  DEFAULT_TRAIN_SETTINGS,
  type TrainSettings,
} from '../../src/domain/trainSettings.ts';
import { appendHead } from '../../src/network/append.ts';
import { buildCifarResnet18 } from '../../src/network/backbones/cifar-resnet18/nodes.ts';
import { DEFAULT_BACKBONE_ID, manifestPathOf } from '../../src/network/backbones/defaultBackbone.ts';
import { cutBefore } from '../../src/network/cut.ts';
import { createFreshNetwork } from '../../src/network/freshNetwork.ts';
import { buildHeadNodes, createHead } from '../../src/network/head.ts';
import { heNormal } from '../../src/network/init.ts';
import {
  inputNodeOf,
  type Network,
  type NetworkNode,
  outputNode,
  type Weight,
  weightKey,
} from '../../src/network/network.ts';
import { inferShapes, sizeOf, weightShapes } from '../../src/network/shapes.ts';
import { cutPointOf } from '../../src/network/stages.ts';
import { createRandom, type Random } from '../../src/shared/random.ts';
import { loadManifest, loadPart, toWeights } from '../../src/weights/load.ts';
import type { FineTuneSizes } from './fineTuneNetworks.ts';

const CLASSES = 10;

export interface FineTuneCase {
  /** From the cut to the probabilities. */
  readonly network: Network;
  /** At the cut, without the batch. */
  readonly inputShape: readonly number[];
  /** At the cut, `[batch, ...inputShape]`. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Class of each picture. */
  readonly labels: Int32Array;
  readonly classCount: number;
  readonly settings: TrainSettings;
  readonly norms: NormMode;
}

/** What one step of training came to, on either side. */
export interface FineTuneStepReport {
  readonly seconds: number;
  /** Mean cross-entropy of the batch before the weights were moved, in nats. */
  readonly loss: number;
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
  /** In tensors, at its highest within the step. */
  readonly peakTensorBytes: number;
}

/** The same layers with fewer channels and fresh weights. Only convolutions have weights: BatchNorm was folded. */
function narrow({ name, nodes }: Network, scale: number, random: Random): Network {
  const narrowed = nodes.map((node): NetworkNode => {
    if (node.op === 'conv2d') return { ...node, filters: node.filters / scale };
    if (node.op !== 'input') return node;
    return { ...node, shape: [...node.shape.slice(0, -1), (node.shape.at(-1) ?? 0) / scale] };
  });
  const shapes = inferShapes(narrowed);
  const weights: Record<string, Weight> = {};
  for (const node of narrowed) {
    const inputs = node.inputs.map((input) => shapes.get(input) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const fanOut = shape.at(-1) ?? 1;
      const values =
        kind === 'kernel'
          ? heNormal(sizeOf(shape) / fanOut, fanOut, () => random.next())
          : new Float32Array(fanOut);
      weights[weightKey(node.name, kind)] = { shape, values };
    }
  }
  return { name, nodes: narrowed, weights };
}

const settingsOf = (batch: number, scale: number): TrainSettings => ({
  ...DEFAULT_TRAIN_SETTINGS,
  hiddenUnits: DEFAULT_TRAIN_SETTINGS.hiddenUnits / scale,
  // Chance and penalties would make two sides that are written apart differ.
  dropout: 0,
  l2: 0,
  classWeights: 'none',
  learningRate: DEFAULT_FINE_TUNE.learningRate,
  batchSize: batch,
});

const toLabels = (batch: number) => Int32Array.from({ length: batch }, (_, row) => row % CLASSES);

/** All of a small network from fresh weights, its BatchNorms learning, on pictures made of noise. */
function fromScratch(batch: number): FineTuneCase {
  const random = createRandom(1);
  const built = buildCifarResnet18();
  const input = inputNodeOf(built);
  const nodes = [{ ...input, preprocessing: null }, ...built.slice(1)];
  const network = createFreshNetwork('cifar-resnet18', nodes, () => random.next());
  const { shape } = input;
  return {
    ...{ network, inputShape: shape, classCount: CLASSES, norms: 'learning' },
    values: new Float32Array(batch * sizeOf(shape)).map(() => random.next() * 2 - 1),
    labels: toLabels(batch),
    settings: settingsOf(batch, 1),
  };
}

/** In a page or in a worker of it. @throws AppError where the weights cannot be had */
export async function loadFineTuneCase({
  network,
  stages,
  batch,
  scale,
}: FineTuneSizes): Promise<FineTuneCase> {
  if (network === 'cifar-resnet18') return fromScratch(batch);
  const baseUrl = new URL(manifestPathOf(DEFAULT_BACKBONE_ID), location.origin).href;
  const manifest = await loadManifest(baseUrl, { cache: null });
  const bytes = await loadPart(manifest, 'backbone', { baseUrl, cache: null });
  const weights = toWeights(manifest, 'backbone', bytes);
  const { nodeName, shape } = cutPointOf(manifest.nodes, stages);
  const random = createRandom(1);
  const whole = cutBefore({ name: 'part', nodes: manifest.nodes, weights }, nodeName, shape);
  const part = scale === 1 ? whole : narrow(whole, scale, random);
  const settings = settingsOf(batch, scale);
  const shapes = inferShapes(part.nodes);
  const features = sizeOf(shapes.get(outputNode(part).name) ?? []);
  const head = createHead(buildHeadNodes(settings, features, CLASSES), () => random.next());
  const inputShape = shapes.get(part.nodes[0]?.name ?? '') ?? [];
  return {
    network: appendHead(part, head),
    inputShape,
    // As a ReLU leaves them: half of them zero.
    values: new Float32Array(batch * sizeOf(inputShape)).map(() => Math.max(0, random.next() * 2 - 1)),
    labels: toLabels(batch),
    classCount: CLASSES,
    settings,
    norms: 'frozen',
  };
}
