/**
 * WebDataset: a tar archive, or a folder, whose pictures stand beside files of the same name that say their class,
 * `000001.jpg` and `000001.cls`. Format: https://github.com/webdataset/webdataset.
 */
import { fileNameOf, folderOf, readText } from '../binary/packedFiles.ts';
import { MAX_SET_PICTURES, splitOfPath, toLines } from '../binary/setArchive.ts';
import { isSideFile, readSide, type SideFiles, toSampleClass } from '../binary/webdatasetLabels.ts';
import {
  type Archive,
  type ArchiveEntry,
  type FileSource,
  type OpenContext,
  type PackedFile,
  type SetFormat,
  tooMuch,
} from '../datasetFormat.ts';

/** Its archives are those of tar. */
export const endings = [] as const;

export const format: SetFormat = {
  kind: 'set',
  id: 'webdataset',
  isOfPictures: true,
  claims,
  // Nothing at the head of a picture tells what stands beside it.
  detects: () => false,
  open,
};

const PICTURE = /\.(jpe?g|png|webp|gif|bmp|avif)$/i;
const CLASS_NAMES = /^(classes|classnames|class_names)\.txt$/i;

/** What all files of a sample have in common: all up to the first dot of the name. */
function keyOf(path: string): string {
  const name = fileNameOf(path);
  const dot = name.indexOf('.', 1);
  return folderOf(path) + (dot < 0 ? name : name.slice(0, dot));
}

/**
 * Pictures with a `.cls` beside them; with a `.json` or a `.txt` only where they lie in no folder, which could be their
 * class.
 */
function claims(paths: readonly string[]): readonly string[] {
  const pictures = paths.filter((path) => PICTURE.test(path));
  if (pictures.length === 0) return [];
  const keys = new Set(pictures.map(keyOf));
  const beside = paths.filter((path) => isSideFile(path) && keys.has(keyOf(path)));
  const isNamed = beside.some((path) => path.toLowerCase().endsWith('.cls'));
  const isFlat = pictures.every((path) => /^(\.\/)?[^/]*$/.test(path));
  if (!isNamed && !(isFlat && beside.length >= pictures.length)) return [];
  return [...pictures, ...beside, ...paths.filter((path) => CLASS_NAMES.test(fileNameOf(path)))];
}

/** Null where hardly a picture gets a class: the files beside them are about something else. */
async function open(source: FileSource, { limits }: OpenContext): Promise<Archive | null> {
  const paths: string[] = [];
  const samples = new Map<string, SideFiles>();
  let names: readonly string[] = [];
  for await (const file of source.files()) {
    if (PICTURE.test(file.path)) paths.push(file.path);
    else if (CLASS_NAMES.test(fileNameOf(file.path))) names = toLines(await readText(file));
    else samples.set(keyOf(file.path), await readSide(file, samples.get(keyOf(file.path)) ?? {}));
  }
  const classes = new Map<string, string>();
  for (const [key, side] of samples) {
    const className = toSampleClass(side, names);
    if (className !== null) classes.set(key, className);
  }
  const labelled = paths.filter((path) => classes.has(keyOf(path)));
  if (labelled.length * 2 < paths.length || paths.length > MAX_SET_PICTURES) return null;

  function toEntry(file: PackedFile): ArchiveEntry {
    return {
      path: file.path,
      sizeBytes: file.sizeBytes,
      label: {
        className: classes.get(keyOf(file.path)) ?? null,
        split: splitOfPath(folderOf(file.path)) ?? splitOfPath(source.path),
      },
      getBlob: async () => {
        if (file.sizeBytes > limits.entryBytes) throw tooMuch(limits.entryBytes);
        return file.getBlob();
      },
    };
  }

  async function* entries(): AsyncGenerator<ArchiveEntry, void, undefined> {
    let totalBytes = 0;
    for await (const file of source.files()) {
      if (!PICTURE.test(file.path)) continue;
      totalBytes += file.sizeBytes;
      if (totalBytes > limits.totalBytes) throw tooMuch(limits.totalBytes);
      yield toEntry(file);
    }
  }
  return { paths, encryptedCount: 0, labelledBy: 'entries', entries };
}
