/** A trained model as one zip: a tfjs layers model, its labels, a model card, an example, and our own description. */
import {
  BlobReader,
  BlobWriter,
  type FileEntry,
  TextReader,
  Uint8ArrayReader,
  ZipReader,
  ZipWriter,
} from '@zip.js/zip.js';
import type { ModelDescription } from '../domain/model.ts';
import type { Network } from '../network/network.ts';
import { outputNode } from '../network/network.ts';
import { inferShapes } from '../network/shapes.ts';
import { AppError, throwIfCancelled } from '../shared/errors.ts';
import { parseJson, readDescription, writeDescription } from './description.ts';
import { exampleCode } from './exampleCode.ts';
import type { DescribedModel, FormatContext, ModelFormat, WriteContext } from './format.ts';
import { modelCard } from './modelCard.ts';
import { readTfjsLayers } from './tfjsReader.ts';
import { writeTfjsLayers } from './tfjsWriter.ts';

const DESCRIPTION_FILE = 'headstart.json';
const MAX_ENTRIES = 5_000;
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const MAX_FILE_BYTES = 1024 * 1024 * 1024;

// We are in a worker already. Weights do not shrink, so nothing is deflated.
const ZIP_OPTIONS = { useWebWorkers: false, level: 0 } as const;

export const tfjsZipFormat: ModelFormat = {
  id: 'tfjs',
  fileExtension: '.zip',
  write: writeModelZip,
  read: readModelZip,
};

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
    ['README.md', modelCard(description, backboneCredit)],
    ['labels.txt', labelLines(description)],
    ['example.js', exampleCode(description.backbone)],
    [DESCRIPTION_FILE, writeDescription(description)],
    ['model.json', JSON.stringify(modelJson)],
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
 * @throws AppError modelFileUnreadable, modelFileUnsupported, cancelled
 */
export async function readModelZip(
  file: Blob,
  { onProgress, signal }: FormatContext,
): Promise<DescribedModel> {
  const zip = new ZipReader(new BlobReader(file), ZIP_OPTIONS);
  try {
    const entries = await listEntries(zip);
    const read = async (name: string, limitBytes: number) => {
      throwIfCancelled(signal);
      const entry = entries.get(name);
      if (!entry) throw unreadable(`${name} is missing`);
      return readEntry(entry, limitBytes);
    };
    const readText = async (name: string) => new TextDecoder().decode(await read(name, MAX_TEXT_BYTES));
    const description = readDescription(await readText(DESCRIPTION_FILE));
    let doneBytes = 0;
    const network = await readTfjsLayers(parseJson(await readText('model.json')), async (path) => {
      const bytes = await read(path, MAX_FILE_BYTES);
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

/** Files by name, without the folder around them if there is one. Names only find files; they are never paths. */
async function listEntries(zip: ZipReader<Blob>): Promise<ReadonlyMap<string, FileEntry>> {
  const files: FileEntry[] = [];
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (!entry.directory) files.push(entry);
      if (files.length > MAX_ENTRIES) throw unreadable('too many files');
    }
  } catch (thrown) {
    throw toUnreadable(thrown);
  }
  const ours = files.find(({ filename }) => `/${filename}`.endsWith(`/${DESCRIPTION_FILE}`));
  if (!ours) throw unreadable(`${DESCRIPTION_FILE} is missing`);
  const folder = ours.filename.slice(0, -DESCRIPTION_FILE.length);
  return new Map(
    files
      .filter(({ filename }) => filename.startsWith(folder))
      .map((entry) => [entry.filename.slice(folder.length), entry]),
  );
}

/** What an entry says of its size is believed for the buffer only up to the limit, and checked against the bytes. */
async function readEntry(entry: FileEntry, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const sizeBytes = entry.uncompressedSize;
  if (sizeBytes > limitBytes || entry.encrypted) throw unreadable(`${entry.filename}: ${sizeBytes} bytes`);
  const bytes = new Uint8Array(sizeBytes);
  let filled = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      if (filled + chunk.length > sizeBytes) throw unreadable(`${entry.filename} is longer than it says`);
      bytes.set(chunk, filled);
      filled += chunk.length;
    },
  });
  try {
    await entry.getData(sink, { useWebWorkers: false, checkCrc32: true });
  } catch (thrown) {
    throw toUnreadable(thrown);
  }
  if (filled !== sizeBytes) throw unreadable(`${entry.filename} is shorter than it says`);
  return bytes;
}

/** One class a line; a line break inside a name would move all that follow. */
function labelLines({ classNames }: ModelDescription): string {
  return classNames.map((name) => `${name.replace(/[\r\n\u2028\u2029]+/g, ' ')}\n`).join('');
}

function checkFit({ backbone, classNames }: ModelDescription, network: Network): void {
  const shapes = inferShapes(network.nodes);
  const input = shapes.get(network.nodes[0]?.name ?? '') ?? [];
  const output = shapes.get(outputNode(network).name) ?? [];
  const size = backbone.inputSizePx;
  if (input.join() !== [size, size, 3].join() || output.join() !== `${classNames.length}`) {
    throw unreadable(`[${input}] → [${output}] is not what the description says`);
  }
}

function unreadable(reason: string): AppError {
  return new AppError('modelFileUnreadable', {}, { cause: new Error(reason) });
}

function toUnreadable(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('modelFileUnreadable', {}, { cause: thrown });
}
