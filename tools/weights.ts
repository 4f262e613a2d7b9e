/** Turns the published model of each backbone into what the app loads: BatchNorm folded and kept beside it, float16, shards that can be checked one by one. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { PublishedBackbone } from '../src/network/backbones/backbone.ts';
import { cutAfter, cutBefore } from '../src/network/cut.ts';
import { foldBatchNorm, foldedNorms } from '../src/network/fold.ts';
import {
  type Network,
  type NetworkNode,
  type Weight,
  type Weights,
  weightKey,
} from '../src/network/network.ts';
import type { ActivationRanges } from '../src/network/quantise.ts';
import { activationRanges, measuredRanges } from '../src/network/ranges.ts';
import { encodeHalf } from '../src/shared/half.ts';
import {
  allPartsOf,
  type PartId,
  parseManifest,
  partSizeBytes,
  type WeightsManifest,
  type WeightsPart,
} from '../src/weights/manifest.ts';
import { listPublished } from './backbones.ts';
import { ensureOriginalModel, readLabels, readOriginalWeights } from './originalModel.ts';
import { isMain, shown, weightsDirOf } from './paths.ts';
import { runMain, say, toMegabytes } from './say.ts';

/** Raise it when this file's output changes, so that set-up converts again. */
const CONVERTER_VERSION = 5;
const SHARD_BYTES = 4 * 1024 ** 2;

/** Our name of a weight → the one Keras gave it. */
const KERAS_KINDS: Readonly<Partial<Record<NetworkNode['op'], Readonly<Record<string, string>>>>> = {
  conv2d: { kernel: 'kernel', bias: 'bias' },
  dense: { kernel: 'kernel', bias: 'bias' },
  batchNorm: { gamma: 'gamma', beta: 'beta', movingMean: 'moving_mean', movingVariance: 'moving_variance' },
};

/** The published weights on our nodes. @throws Error if one is missing or left over. */
export function toNetwork(
  name: string,
  nodes: readonly NetworkNode[],
  keras: ReadonlyMap<string, Weight>,
): Network {
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
  return { name, nodes, weights };
}

function toHalfBytes(name: string, values: Float32Array): Uint8Array {
  const half = encodeHalf(values);
  // An exponent of all ones is infinity or NaN: a value too large for float16.
  if (half.some((bits) => (bits & 0x7c00) === 0x7c00)) throw new Error(`${name} does not fit float16`);
  return new Uint8Array(half.buffer);
}

type Dtype = WeightsPart['tensors'][number]['dtype'];

/** Weights one after the other, little-endian, in their order. */
function toStream(weights: Weights, dtype: Dtype): { bytes: Uint8Array; tensors: WeightsPart['tensors'] } {
  const chunks: Uint8Array[] = [];
  let byteOffset = 0;
  const tensors = Object.entries(weights).map(([name, { shape, values }]) => {
    const chunk =
      dtype === 'float16'
        ? toHalfBytes(name, values)
        : new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    chunks.push(chunk);
    const tensor = { name, shape: [...shape], dtype, byteOffset, byteLength: chunk.length };
    byteOffset += chunk.length;
    return tensor;
  });
  return { bytes: Buffer.concat(chunks), tensors };
}

async function writePart(id: PartId, weights: Weights, dtype: Dtype, folder: string): Promise<WeightsPart> {
  const { bytes, tensors } = toStream(weights, dtype);
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

/** Whether a manifest is what its backbone says today, as far as that shows without the weights: nodes are not compared. */
export function isOf(manifest: WeightsManifest, backbone: PublishedBackbone): boolean {
  const { package: name, version, licence, note } = manifest.source;
  const { source, streamRanges = {}, inputSizePx, featureNode, featureCount } = backbone;
  const measured = toShortRanges(measuredRanges(streamRanges));
  const kept = Object.fromEntries(
    Object.keys(measured).map((node) => [node, manifest.activationRanges?.[node]]),
  );
  return (
    isDeepStrictEqual(
      [name, version, licence, note, kept],
      [source.package, source.version, source.licence, source.note, measured],
    ) &&
    isDeepStrictEqual(
      [manifest.inputSizePx, manifest.featureNode, manifest.featureCount],
      [inputSizePx, featureNode, featureCount],
    )
  );
}

/** The manifest of an earlier run, if all it names is there; null if there is work to do. */
async function readFinished(folder: string, backbone: PublishedBackbone): Promise<WeightsManifest | null> {
  try {
    const manifest = parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
    if (manifest.source.converterVersion !== CONVERTER_VERSION || !isOf(manifest, backbone)) return null;
    for (const shard of allPartsOf(manifest).flatMap((part) => part.shards)) {
      const { size } = await stat(join(folder, shard.path));
      if (size !== shard.sizeBytes) return null;
    }
    return manifest;
  } catch {
    // Absent, cut off or of another version: in every case the answer is to build it anew.
    return null;
  }
}

/** Makes the weights of every backbone, as far as they are not there. @throws SetupError if a published model cannot be had. */
export async function buildWeights(): Promise<void> {
  for (const backbone of await listPublished()) await buildWeightsOf(backbone);
}

/** @throws SetupError if the published model cannot be had. */
export async function buildWeightsOf(backbone: PublishedBackbone): Promise<void> {
  const folder = weightsDirOf(backbone.id);
  if (await readFinished(folder, backbone)) {
    say(`Weights: ready in ${shown(folder)}`);
    return;
  }
  await ensureOriginalModel(backbone);
  say('Converting the weights …');
  // Written aside and renamed, so that a run that was cut off is never taken for a finished one.
  const half = `${folder}.${process.pid}.tmp`;
  await mkdir(half, { recursive: true });
  try {
    const manifest = await convert(backbone, half);
    await rm(folder, { recursive: true, force: true });
    await rename(half, folder);
    const total = allPartsOf(manifest).reduce((sum, part) => sum + partSizeBytes(part), 0);
    say(`Weights: ${toMegabytes(total)} written to ${shown(folder)}`);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

/** Writes shards and manifest into a folder that is there. */
async function convert(backbone: PublishedBackbone, folder: string): Promise<WeightsManifest> {
  const { id, inputSizePx, featureNode, featureCount, source } = backbone;
  const network = toNetwork(id, backbone.buildNodes(), await readOriginalWeights(backbone));
  const folded = foldBatchNorm(network);
  const upToFeatures = cutAfter(folded, featureNode);
  const top = cutBefore(folded, featureNode, [featureCount]);
  const parts = [
    await writePart('backbone', upToFeatures.weights, 'float16', folder),
    await writePart('top', top.weights, 'float16', folder),
  ];
  // A variance may be smaller than float16 tells from nothing.
  const norms = await writePart('norms', foldedNorms(cutAfter(network, featureNode)), 'float32', folder);
  const manifest = parseManifest({
    format: 'headstart-weights',
    version: 1,
    backboneId: id,
    ...{ inputSizePx, featureNode, featureCount },
    nodes: upToFeatures.nodes,
    topNodes: top.nodes,
    activationRanges: toShortRanges(activationRanges(network, backbone.streamRanges ?? {})),
    labels: await readLabels(backbone),
    source: {
      package: source.package,
      version: source.version,
      licence: source.licence,
      note: source.note,
      converterVersion: CONVERTER_VERSION,
    },
    parts,
    norms,
  });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return manifest;
}

if (isMain(import.meta.url)) await runMain(buildWeights);
