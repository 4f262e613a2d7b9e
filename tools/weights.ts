/** Turns the published ResNet50 into what the app loads: BatchNorm folded, float16, shards that can be checked one by one. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESNET50 } from '../src/network/backbones/resnet50/resnet50.ts';
import { cutAfter, cutBefore } from '../src/network/cut.ts';
import { foldBatchNorm } from '../src/network/fold.ts';
import { type Network, type NetworkNode, type Weight, weightKey } from '../src/network/network.ts';
import type { ActivationRanges } from '../src/network/quantise.ts';
import { activationRanges } from '../src/network/ranges.ts';
import { encodeHalf } from '../src/shared/half.ts';
import {
  type PartId,
  parseManifest,
  partSizeBytes,
  type WeightsManifest,
  type WeightsPart,
} from '../src/weights/manifest.ts';
import { ensureOriginalModel, PACKAGE, readLabels, readOriginalWeights } from './originalModel.ts';
import { isMain, shown, WEIGHTS_DIR } from './paths.ts';
import { runMain, say, toMegabytes } from './say.ts';

/** Raise it when this file's output changes, so that set-up converts again. */
const CONVERTER_VERSION = 3;
const SHARD_BYTES = 4 * 1024 ** 2;

/** Our name of a weight → the one Keras gave it. */
const KERAS_KINDS: Readonly<Partial<Record<NetworkNode['op'], Readonly<Record<string, string>>>>> = {
  conv2d: { kernel: 'kernel', bias: 'bias' },
  dense: { kernel: 'kernel', bias: 'bias' },
  batchNorm: { gamma: 'gamma', beta: 'beta', movingMean: 'moving_mean', movingVariance: 'moving_variance' },
};

/** The published weights on our nodes. @throws Error if one is missing or left over. */
export function toNetwork(nodes: readonly NetworkNode[], keras: ReadonlyMap<string, Weight>): Network {
  const weights: Record<string, Weight> = {};
  const unused = new Set(keras.keys());
  for (const node of nodes) {
    for (const [kind, kerasKind] of Object.entries(KERAS_KINDS[node.op] ?? {})) {
      const key = `${node.name}/${kerasKind}`;
      const weight = keras.get(key);
      if (!weight) throw new Error(`the published model has no ${key}`);
      weights[weightKey(node.name, kind)] = weight;
      unused.delete(key);
    }
  }
  if (unused.size > 0) throw new Error(`no node for ${[...unused].join(', ')}`);
  return { name: RESNET50.id, nodes, weights };
}

/** Weights one after the other, little-endian float16, in the order of `network.weights`. */
function toStream(network: Network): { bytes: Uint8Array; tensors: WeightsPart['tensors'] } {
  const chunks: Uint8Array[] = [];
  let byteOffset = 0;
  const tensors = Object.entries(network.weights).map(([name, { shape, values }]) => {
    const half = encodeHalf(values);
    // An exponent of all ones is infinity or NaN: a value too large for float16.
    if (half.some((bits) => (bits & 0x7c00) === 0x7c00)) throw new Error(`${name} does not fit float16`);
    const chunk = new Uint8Array(half.buffer);
    chunks.push(chunk);
    const tensor = {
      name,
      shape: [...shape],
      dtype: 'float16' as const,
      byteOffset,
      byteLength: chunk.length,
    };
    byteOffset += chunk.length;
    return tensor;
  });
  return { bytes: Buffer.concat(chunks), tensors };
}

async function writePart(id: PartId, network: Network, folder: string): Promise<WeightsPart> {
  const { bytes, tensors } = toStream(network);
  const shardCount = Math.ceil(bytes.length / SHARD_BYTES);
  const shards: WeightsPart['shards'] = [];
  for (let index = 0; index < shardCount; index++) {
    const shard = bytes.subarray(index * SHARD_BYTES, (index + 1) * SHARD_BYTES);
    const path = `${id}-${String(index + 1).padStart(2, '0')}.bin`;
    await writeFile(join(folder, path), shard);
    shards.push({ path, sizeBytes: shard.length, sha256: createHash('sha256').update(shard).digest('hex') });
  }
  return { id, tensors, shards };
}

/** Five digits say more than a step of 1/127 can tell apart, and keep the manifest small. */
function toShortRanges(ranges: ActivationRanges): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(ranges).map(([name, values]) => [
      name,
      values.map((value) => Number(value.toPrecision(5))),
    ]),
  );
}

/** The manifest of an earlier run, if all it names is there; null if there is work to do. */
async function readFinished(): Promise<WeightsManifest | null> {
  try {
    const manifest = parseManifest(JSON.parse(await readFile(join(WEIGHTS_DIR, 'manifest.json'), 'utf8')));
    if (manifest.source.converterVersion !== CONVERTER_VERSION) return null;
    for (const shard of manifest.parts.flatMap((part) => part.shards)) {
      const { size } = await stat(join(WEIGHTS_DIR, shard.path));
      if (size !== shard.sizeBytes) return null;
    }
    return manifest;
  } catch {
    // Absent, cut off or of another version: in every case the answer is to build it anew.
    return null;
  }
}

/** Makes `public/weights/resnet50/` unless it is there. @throws SetupError if the published model cannot be had. */
export async function buildWeights(): Promise<void> {
  if (await readFinished()) {
    say(`Weights: ready in ${shown(WEIGHTS_DIR)}`);
    return;
  }
  await ensureOriginalModel();
  say('Converting the weights …');
  const network = toNetwork(RESNET50.buildNodes(), await readOriginalWeights());
  const folded = foldBatchNorm(network);
  const backbone = cutAfter(folded, RESNET50.featureNode);
  const top = cutBefore(folded, RESNET50.featureNode, [RESNET50.featureCount]);

  // Written aside and renamed, so that a run that was cut off is never taken for a finished one.
  const half = `${WEIGHTS_DIR}.${process.pid}.tmp`;
  await mkdir(half, { recursive: true });
  try {
    const parts = [await writePart('backbone', backbone, half), await writePart('top', top, half)];
    const manifest = parseManifest({
      format: 'headstart-weights',
      version: 1,
      backboneId: RESNET50.id,
      inputSizePx: RESNET50.inputSizePx,
      featureNode: RESNET50.featureNode,
      featureCount: RESNET50.featureCount,
      nodes: backbone.nodes,
      topNodes: top.nodes,
      activationRanges: toShortRanges(activationRanges(network, RESNET50.streamRanges ?? {})),
      labels: await readLabels(),
      source: {
        package: PACKAGE.name,
        version: PACKAGE.version,
        licence: 'MIT',
        note: 'Keras ResNet50 trained on ImageNet; BatchNorm folded, rounded to float16 by Headstart.',
        converterVersion: CONVERTER_VERSION,
      },
      parts,
    });
    await writeFile(join(half, 'manifest.json'), JSON.stringify(manifest));
    await rm(WEIGHTS_DIR, { recursive: true, force: true });
    await rename(half, WEIGHTS_DIR);
    const total = parts.reduce((sum, part) => sum + partSizeBytes(part), 0);
    say(`Weights: ${toMegabytes(total)} written to ${shown(WEIGHTS_DIR)}`);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

if (isMain(import.meta.url)) await runMain(buildWeights);
