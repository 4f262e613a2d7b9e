/** A trained model as one zip: a tfjs layers model, its labels, a model card, an example, and our own description. */
import {
  BlobWriter,
  type FileEntry,
  TextReader,
  Uint8ArrayReader,
  type ZipReader,
  ZipWriter,
} from '@zip.js/zip.js';
import type { ModelDescription } from '../../domain/model.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { checkFit, parseJson, readDescription, writeDescription } from '../description.ts';
import { modelCard } from '../modelCard.ts';
import type { DescribedModel, FormatContext, WriteContext } from '../modelFormat.ts';
import { MAX_WEIGHT_BYTES } from '../networkLimits.ts';
import { unreadable } from '../unreadable.ts';
import { checkUnpackedSize, listZipFiles, openZipFile, readZipFile, ZIP_OPTIONS } from '../zipFiles.ts';
import { exampleCode } from './exampleCode.ts';
import { readTfjsLayers } from './reader.ts';
import { writeTfjsLayers } from './writer.ts';

export const DESCRIPTION_FILE = 'headstart.json';
export const MODEL_FILE = 'model.json';
/** A confusion matrix of a thousand classes takes a third of it. */
const MAX_DESCRIPTION_BYTES = 64 * 1024 * 1024;
/** Ours take a tenth of a megabyte. */
const MAX_MODEL_BYTES = 16 * 1024 * 1024;

const USAGE = `\`${MODEL_FILE}\` is a TensorFlow.js layers model; \`tf.loadLayersModel\` loads it and \`example.js\` shows how.`;

/** @throws AppError unsupportedByFormat, cancelled */
export async function writeModelZip(
  { description, network }: DescribedModel,
  { backboneCredit, onProgress, signal }: WriteContext,
): Promise<Blob> {
  const { modelJson, shards } = writeTfjsLayers(network);
  const paths = modelJson.weightsManifest.flatMap((group) => group.paths);
  const totalBytes = shards.reduce((sum, shard) => sum + shard.length, 0);
  const lastModDate = new Date(description.createdAt);
  const zip = new ZipWriter(new BlobWriter('application/zip'), { ...ZIP_OPTIONS, lastModDate });
  const texts: readonly (readonly [string, string])[] = [
    ['README.md', modelCard(description, { backboneCredit, usage: USAGE })],
    ['labels.txt', labelLines(description)],
    ['example.js', exampleCode(description.backbone)],
    [DESCRIPTION_FILE, writeDescription(description)],
    [MODEL_FILE, JSON.stringify(modelJson)],
  ];
  for (const [name, text] of texts) await zip.add(name, new TextReader(text));
  let doneBytes = 0;
  for (const [index, shard] of shards.entries()) {
    throwIfCancelled(signal);
    await zip.add(paths[index] ?? '', new Uint8ArrayReader(shard));
    doneBytes += shard.length;
    onProgress?.(doneBytes / totalBytes);
  }
  return zip.close();
}

/**
 * Reads a zip that `writeModelZip` wrote, also if someone packed it anew inside a folder.
 * @throws AppError modelFileUnreadable, modelFileUnsupported, modelFileTooLarge, modelFileNotFinite, modelFileMisfit,
 *   cancelled
 */
export async function readModelZip(
  file: Blob,
  { onProgress, signal }: FormatContext,
): Promise<DescribedModel> {
  const zip = openZipFile(file);
  try {
    const entries = await listEntries(zip);
    checkUnpackedSize([...entries.values()], file.size);
    const read = async (name: string, limitBytes: number) => {
      throwIfCancelled(signal);
      const entry = entries.get(name);
      if (!entry) throw unreadable(`${name} is missing`);
      return readZipFile(entry, limitBytes);
    };
    const readText = async (name: string, limitBytes: number) =>
      new TextDecoder().decode(await read(name, limitBytes));
    const description = readDescription(await readText(DESCRIPTION_FILE, MAX_DESCRIPTION_BYTES));
    const modelJson = parseJson(await readText(MODEL_FILE, MAX_MODEL_BYTES));
    let doneBytes = 0;
    const network = await readTfjsLayers(modelJson, async (path) => {
      const bytes = await read(path, MAX_WEIGHT_BYTES);
      doneBytes += bytes.length;
      onProgress?.(Math.min(1, doneBytes / file.size));
      return bytes;
    });
    checkFit(description, network);
    return { description, network };
  } finally {
    await zip.close();
  }
}

/** Files by name, without the folder around them if there is one. */
async function listEntries(zip: ZipReader<Blob>): Promise<ReadonlyMap<string, FileEntry>> {
  const files = await listZipFiles(zip);
  const ours = files.find(({ filename }) => `/${filename}`.endsWith(`/${DESCRIPTION_FILE}`));
  if (!ours) throw unreadable(`${DESCRIPTION_FILE} is missing`);
  const folder = ours.filename.slice(0, -DESCRIPTION_FILE.length);
  return new Map(
    files
      .filter(({ filename }) => filename.startsWith(folder))
      .map((entry) => [entry.filename.slice(folder.length), entry]),
  );
}

/** One class a line; a line break inside a name would move all that follow. */
function labelLines({ classNames }: ModelDescription): string {
  return classNames.map((name) => `${name.replace(/[\r\n\u2028\u2029]+/g, ' ')}\n`).join('');
}
