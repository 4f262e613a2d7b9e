/** Sets whose files are each a set by itself: opened one by one, and given as one. */
import {
  type Archive,
  type ArchiveEntry,
  type FileSource,
  type OpenContext,
  type PackedFile,
  tooMuch,
} from '../datasetFormat.ts';

/** @param openOne asked anew at each walk; its paths are put behind that of its file */
export async function openEachFile(
  source: FileSource,
  { limits }: OpenContext,
  openOne: (file: PackedFile) => Promise<Archive>,
): Promise<Archive> {
  const within = (file: PackedFile, path: string) => `${file.path}/${path}`;
  const paths: string[] = [];
  for await (const file of source.files())
    for (const path of (await openOne(file)).paths) paths.push(within(file, path));

  async function* entries(): AsyncGenerator<ArchiveEntry, void, undefined> {
    let totalBytes = 0;
    for await (const file of source.files()) {
      for await (const entry of (await openOne(file)).entries()) {
        totalBytes += entry.sizeBytes;
        if (totalBytes > limits.totalBytes) throw tooMuch(limits.totalBytes);
        yield { ...entry, path: within(file, entry.path) };
      }
    }
  }
  return { paths, encryptedCount: 0, labelledBy: 'entries', entries };
}
