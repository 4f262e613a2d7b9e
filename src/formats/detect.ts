/** Finds the reader of a dropped model file by its content: names and extensions say nothing. */
import { AppError } from '../shared/errors.ts';
import { DESCRIPTION_FILE } from './description.ts';
import type { FileClues, FormatReader } from './modelFormat.ts';
import { MODEL_READERS } from './registry.ts';
import { toUnreadable, unreadable } from './unreadable.ts';
import { listZipFiles, openZipFile } from './zipFiles.ts';

const HEAD_BYTES = 4096;

/**
 * @throws AppError modelFileUnreadable for a file that no format knows, and for one that cannot be looked into;
 * modelFileUnsupported for one of ours in a format that is not read
 */
export async function findModelReader(file: Blob): Promise<FormatReader> {
  const clues = await readClues(file);
  const reader = MODEL_READERS.find((one) => one.detects(clues));
  if (!reader && isOurs(clues)) throw new AppError('modelFileUnsupported', { layer: DESCRIPTION_FILE });
  if (!reader) throw unreadable('a file of no known model format');
  return reader;
}

/** A zip of ours with a model in another format. */
function isOurs({ entryNames }: FileClues): boolean {
  const endsWith = (end: RegExp) => entryNames.some((name) => end.test(`/${name}`));
  return endsWith(/\/headstart\.json$/) && endsWith(/\/model\.(?!json$)\w+$/);
}

/** @throws AppError modelFileUnreadable */
export async function readClues(file: Blob): Promise<FileClues> {
  try {
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    return { head, entryNames: isZip(head) ? await namesIn(file) : [] };
  } catch (thrown) {
    throw toUnreadable(thrown);
  }
}

function isZip(head: Uint8Array): boolean {
  return [0x50, 0x4b].every((byte, index) => head[index] === byte); // "PK"
}

async function namesIn(file: Blob): Promise<readonly string[]> {
  const zip = openZipFile(file);
  try {
    return (await listZipFiles(zip)).map(({ filename }) => filename);
  } finally {
    await zip.close();
  }
}
