/** Reads a zip with a tfjs layers model and our own description. */
import type { FileEntry, ZipReader } from '@zip.js/zip.js';
import { throwIfCancelled } from '../../shared/errors.ts';
import { checkFit, DESCRIPTION_FILE, parseJson, readDescription, readOutput } from '../description.ts';
import type { DescribedModel, FormatContext } from '../modelFormat.ts';
import { MAX_WEIGHT_BYTES } from '../networkLimits.ts';
import { withSoftmax } from '../softmax.ts';
import { unreadable } from '../unreadable.ts';
import { checkUnpackedSize, listZipFiles, openZipFile, readZipFile } from '../zipFiles.ts';
import { readTfjsLayers } from './reader.ts';

export const MODEL_FILE = 'model.json';
/** A confusion matrix of a thousand classes takes a third of it. */
const MAX_DESCRIPTION_BYTES = 64 * 1024 * 1024;
/** Ours take a tenth of a megabyte. */
const MAX_MODEL_BYTES = 16 * 1024 * 1024;

/**
 * Reads a zip that holds what `format.ts` wrote, also if someone packed it anew inside a folder.
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
    const about = await readText(DESCRIPTION_FILE, MAX_DESCRIPTION_BYTES);
    const description = readDescription(about);
    const modelJson = parseJson(await readText(MODEL_FILE, MAX_MODEL_BYTES));
    let doneBytes = 0;
    const inFile = await readTfjsLayers(modelJson, async (path) => {
      const bytes = await read(path, MAX_WEIGHT_BYTES);
      doneBytes += bytes.length;
      onProgress?.(Math.min(1, doneBytes / file.size));
      return bytes;
    });
    const network = readOutput(about) === 'logits' ? withSoftmax(inFile) : inFile;
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
