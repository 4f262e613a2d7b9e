/** Finds binary sets: among the files of an archive that was opened, and among files that were dropped together. */
import { fileNameOf } from './binary/packedFiles.ts';
import type { Archive, FileArchive, OpenContext, PackedFile, SetFormat } from './datasetFormat.ts';

const PICTURE_NAME = /\.(jpe?g|png|webp|gif|bmp|avif|heic|heif|svg|tiff?)$/i;

/** The first set that claims files, with those that it claims. */
function findSet(
  paths: readonly string[],
  formats: readonly SetFormat[],
): { readonly format: SetFormat; readonly claimed: ReadonlySet<string> } | null {
  const pictures = paths.filter((path) => PICTURE_NAME.test(path) && !fileNameOf(path).startsWith('.'));
  for (const format of formats) {
    const claimed = new Set(format.claims(paths));
    // An array beside photos is no reason to leave the photos out, nor a drawing beside a set to leave out the set.
    const isAside = pictures.length >= claimed.size && !format.isOfPictures;
    if (claimed.size > 0 && !isAside) return { format, claimed };
  }
  return null;
}

/**
 * The pictures of the binary set that an archive holds; the archive itself where it holds none.
 * @param path of the archive
 * @throws AppError as `SetFormat.open`
 */
export async function openSetWithin(
  archive: FileArchive,
  path: string,
  context: OpenContext,
  formats: readonly SetFormat[],
): Promise<Archive> {
  const found = findSet(archive.paths, formats);
  if (!found) return archive;
  async function* files(): AsyncGenerator<PackedFile, void, undefined> {
    for await (const file of archive.entries()) if (found?.claimed.has(file.path)) yield file;
  }
  const set = await found.format.open({ path, files }, context);
  return set ? { ...set, encryptedCount: archive.encryptedCount } : archive;
}
