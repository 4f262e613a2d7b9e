/** A layers model of TensorFlow.js: model.json with its shards beside it, or all of them in a zip. */
import { AppError } from '../../../shared/errors.ts';
import { shortList, z } from '../../../shared/zod.ts';
import { damagedWeights, oversizedWeights, toShownText, unsupportedWeights } from '../fileErrors.ts';
import { decodeUtf8, readSlice } from '../fileSlice.ts';
import { kerasEpsilons, readKerasLayers } from '../keras/kerasConfig.ts';
import { parseListJson } from '../listJson.ts';
import { type TensorDtype, toFloats } from '../tensorDtype.ts';
import type { TensorFile, TensorFormat, WeightFile } from '../tensorFile.ts';
import { createTensorTable, findTensorInfo, MAX_LIST_BYTES } from '../tensorTable.ts';
import { isZipHead, listZip } from '../zipEntries.ts';

const MODEL_FILE = 'model.json';
const MAX_SHARDS = 2_000;

export const format: TensorFormat = {
  id: 'tfjsLayers',
  detects: ({ head, entryNames }) => isModelJson(head) || findModel(entryNames) !== undefined,
  open: openTfjsLayers,
};

function isModelJson(head: Uint8Array): boolean {
  // Cut anywhere, the head may end within a character.
  const text = new TextDecoder().decode(head.subarray(0, 200));
  return /^\s*\{\s*"(format|generatedBy|convertedBy|modelTopology|weightsManifest)"/.test(text);
}

/** model.json that lies highest. */
function findModel(names: Iterable<string>): string | undefined {
  return [...names]
    .filter((name) => `/${name}`.endsWith(`/${MODEL_FILE}`))
    .sort((a, b) => a.split('/').length - b.split('/').length)[0];
}

const modelSchema = z.object({
  format: z.string().optional(),
  modelTopology: z.unknown(),
  weightsManifest: shortList(
    z.object({
      paths: shortList(z.string().max(1000), MAX_SHARDS),
      weights: shortList(
        z.object({
          name: z.string(),
          shape: shortList(z.number(), 32),
          dtype: z.string(),
          quantization: z.object({ dtype: z.string() }).loose().optional(),
        }),
        20_000,
      ),
    }),
    MAX_SHARDS,
  ),
});

const DTYPES: ReadonlyMap<string, TensorDtype> = new Map([
  ['float32', 'float32'],
  ['float16', 'float16'],
  ['int32', 'int32'],
  ['bool', 'bool'],
]);

/** Gives the file at a path of the manifest. */
type FindShard = (path: string) => Promise<Blob>;

function missingPart(path: string): AppError {
  return new AppError('weightsFilePartMissing', { file: toShownText(path) });
}

/** Files that were chosen together have no folders between them. */
function besideModel(files: readonly WeightFile[]): FindShard {
  const byName = new Map(files.map(({ name, blob }) => [name.split('/').at(-1) ?? '', blob]));
  return async (path) => {
    const shard = byName.get(path.split('/').at(-1) ?? '');
    if (!shard) throw missingPart(path);
    return shard;
  };
}

async function openParts(
  file: WeightFile,
  files: readonly WeightFile[],
): Promise<{ model: Blob; shard: FindShard }> {
  const head = new Uint8Array(await readSlice(file.blob, 0, Math.min(4, file.blob.size), file.name));
  if (!isZipHead(head)) return { model: file.blob, shard: besideModel(files) };
  const zipped = await listZip(file.blob);
  const modelName = findModel(zipped.keys()) ?? '';
  const model = zipped.get(modelName);
  if (!model) throw damagedWeights(MODEL_FILE, 'not there');
  if (model.sizeBytes > MAX_LIST_BYTES) throw oversizedWeights(MODEL_FILE, `${model.sizeBytes} bytes`);
  const folder = modelName.slice(0, -MODEL_FILE.length);
  const shard: FindShard = async (path) => {
    const part = zipped.get(folder + path);
    if (!part) throw missingPart(path);
    return part.toBlob();
  };
  return { model: await model.toBlob(), shard };
}

async function readModelJson(blob: Blob): Promise<z.infer<typeof modelSchema>> {
  if (blob.size > MAX_LIST_BYTES) throw oversizedWeights(MODEL_FILE, `${blob.size} bytes`);
  const text = decodeUtf8(await readSlice(blob, 0, blob.size, MODEL_FILE), MODEL_FILE);
  const parsed = modelSchema.safeParse(parseListJson(text, MODEL_FILE));
  if (!parsed.success) throw damagedWeights(MODEL_FILE, parsed.error);
  if (parsed.data.format === 'graph-model') throw unsupportedWeights('graph-model');
  return parsed.data;
}

/** The topology, which some writers put one level deeper. */
function topologyOf(topology: unknown): unknown {
  return typeof topology === 'object' && topology !== null && 'model_config' in topology
    ? topology.model_config
    : topology;
}

async function openTfjsLayers(file: WeightFile, files: readonly WeightFile[]): Promise<TensorFile> {
  const { model, shard } = await openParts(file, files);
  const { modelTopology, weightsManifest } = await readModelJson(model);
  const paths = weightsManifest.flatMap((group) => group.paths);
  const repeated = paths.find((path, index) => paths.indexOf(path) !== index);
  if (repeated !== undefined) throw damagedWeights(repeated, 'listed twice');
  if (paths.length > MAX_SHARDS) throw oversizedWeights(MODEL_FILE, `${paths.length} shards`);
  const { tensors, add } = createTensorTable();
  const places = new Map<string, { readonly blob: Blob; readonly start: number }>();
  for (const group of weightsManifest) {
    const sizes = group.weights.map(({ name, shape, dtype, quantization }) => {
      const stored = DTYPES.get(quantization?.dtype ?? dtype);
      if (stored === undefined) throw unsupportedWeights(`${name}: ${quantization?.dtype ?? dtype}`);
      return add(name, shape, stored).sizeBytes;
    });
    const groupBytes = sizes.reduce((sum, size) => sum + size, 0);
    const shards: Blob[] = [];
    for (const path of group.paths) shards.push(await shard(path));
    // One after the other, without their bytes being read.
    const blob = new Blob(shards);
    if (blob.size !== groupBytes) {
      throw damagedWeights(group.paths.at(-1) ?? MODEL_FILE, `${blob.size} bytes for ${groupBytes}`);
    }
    let start = 0;
    group.weights.forEach(({ name }, index) => {
      places.set(name, { blob, start });
      start += sizes[index] ?? 0;
    });
  }
  if (tensors.size === 0) throw new AppError('weightsFileEmpty');
  return {
    format: format.id,
    tensors,
    epsilons: kerasEpsilons(readKerasLayers(topologyOf(modelTopology))),
    async read(name) {
      const { dtype, sizeBytes } = findTensorInfo(tensors, name);
      const place = places.get(name);
      if (!place) throw new Error(`no place of ${name}`);
      return toFloats(await readSlice(place.blob, place.start, place.start + sizeBytes, name), dtype);
    },
    async close() {
      // A slice of a file holds nothing open.
    },
  };
}
