/** Binary sets of files that were dropped as they are: those of one folder belong together. */
import { folderOf, toFileSource, toPackedFile } from '../../dataset/binary/packedFiles.ts';
import type { Archive, OpenContext, SetFormat } from '../../dataset/datasetFormat.ts';
import type { SkippedFile } from '../../domain/picture.ts';
import { toAppError } from '../../shared/errors.ts';
import { toSkippedArchive } from './skippedArchive.ts';

export interface LooseFile {
  readonly path: string;
  readonly file: Blob;
  /** The binary set that it is by its content, if its name does not say. */
  readonly format: SetFormat | null;
}

export interface LooseSets {
  /** By the path of each set's first file. `path` is the folder's, without `/` at its end. */
  readonly sets: ReadonlyMap<string, { readonly path: string; readonly archive: Archive }>;
  /** Paths of all files that belong to a set, also to one that cannot be opened. */
  readonly taken: ReadonlySet<string>;
}

interface Group {
  readonly format: SetFormat;
  readonly files: readonly LooseFile[];
}

/** @param skipped takes what cannot be opened */
export async function openLooseSets(
  files: readonly LooseFile[],
  formats: readonly SetFormat[],
  context: OpenContext,
  skipped: SkippedFile[],
): Promise<LooseSets> {
  const sets = new Map<string, { readonly path: string; readonly archive: Archive }>();
  const taken = new Set<string>();
  for (const [folder, inFolder] of byFolder(files)) {
    for (const { format, files: group } of groupsOf(inFolder, formats)) {
      const [first] = group;
      if (!first) continue;
      const path = folder.slice(0, -1);
      // What is said of a picture's path is put behind that of the folder.
      const packed = group.map((one) => toPackedFile(one.path.slice(folder.length), one.file));
      try {
        const archive = await format.open(toFileSource(path, packed), context);
        if (!archive) continue;
        sets.set(first.path, { path, archive });
      } catch (thrown) {
        if (toAppError(thrown).code === 'partMissing') throw thrown;
        skipped.push(toSkippedArchive(first.path, thrown));
      }
      for (const one of group) taken.add(one.path);
    }
  }
  return { sets, taken };
}

function byFolder(files: readonly LooseFile[]): Map<string, LooseFile[]> {
  const folders = new Map<string, LooseFile[]>();
  for (const file of files) {
    const folder = folderOf(file.path);
    const others = folders.get(folder);
    if (others) others.push(file);
    else folders.set(folder, [file]);
  }
  return folders;
}

/** Names first, then content: what a set claims by its names may have the content of anything. */
function* groupsOf(files: readonly LooseFile[], formats: readonly SetFormat[]): Generator<Group> {
  let left = files;
  for (const format of formats) {
    const claimed = new Set(format.claims(left.map(({ path }) => path)));
    const group = left.filter((file) => claimed.has(file.path));
    left = left.filter((file) => !claimed.has(file.path));
    yield* apart(format, group);
  }
  for (const format of formats)
    yield* apart(
      format,
      left.filter((file) => file.format === format),
    );
}

function* apart(format: SetFormat, files: readonly LooseFile[]): Generator<Group> {
  if (format.isOfOneFile) for (const file of files) yield { format, files: [file] };
  else if (files.length > 0) yield { format, files };
}
