/** MNIST, Fashion-MNIST, EMNIST and their kin: each split is two IDX files, the pictures and their labels. */
import { AppError } from '../../shared/errors.ts';
import { type IdxHead, isIdxFile, openIdx } from '../binary/idxFile.ts';
import {
  classNamesOf,
  idxPairKey,
  idxPartnerName,
  isIdxName,
  isMappingName,
  isTransposed,
  mappingNameOf,
  parseMapping,
} from '../binary/idxNames.ts';
import { fileNameOf, readText, unknownSet } from '../binary/packedFiles.ts';
import {
  type CountedFile,
  createSetArchive,
  nameOfClass,
  type SetPicture,
  splitOfPath,
  toSetPicture,
} from '../binary/setArchive.ts';
import type { Archive, FileSource, OpenContext, SetFormat } from '../datasetFormat.ts';

export const endings = ['-ubyte', '-ubyte.gz'] as const;

export const format: SetFormat = {
  kind: 'set',
  id: 'idx',
  claims: (paths) =>
    paths.some(isIdxName) ? paths.filter((path) => isIdxName(path) || isMappingName(path)) : [],
  detects: ({ head, sizeBytes }) => isIdxFile(head, sizeBytes),
  open,
};

type ImagesHead = Extract<IdxHead, { readonly kind: 'images' }>;

interface ImageFile extends CountedFile {
  readonly head: ImagesHead;
}

interface Survey {
  readonly images: readonly ImageFile[];
  /** By the key of their pair. */
  readonly labels: ReadonlyMap<string, { readonly path: string; readonly values: Uint8Array }>;
  /** Names of classes, by the name of the file that gives them. */
  readonly mappings: ReadonlyMap<string, readonly string[]>;
}

async function survey(source: FileSource, { limits }: OpenContext): Promise<Survey> {
  const images: ImageFile[] = [];
  const labels = new Map<string, { readonly path: string; readonly values: Uint8Array }>();
  const mappings = new Map<string, readonly string[]>();
  for await (const file of source.files()) {
    const { path } = file;
    if (isMappingName(path)) {
      mappings.set(fileNameOf(path).toLowerCase(), parseMapping(await readText(file)));
      continue;
    }
    const { head, reader } = await openIdx(file, limits);
    try {
      if (head.kind === 'images') images.push({ path, count: head.count, head });
      else labels.set(idxPairKey(path), { path, values: await reader.need(head.count) });
    } finally {
      await reader.close();
    }
  }
  return { images, labels, mappings };
}

/** @throws AppError `setFileMissing` that names the first file without which another is of no use */
function checkPairs({ images, labels }: Survey): void {
  const keys = new Set(images.map(({ path }) => idxPairKey(path)));
  for (const { path, count } of images) {
    const partner = labels.get(idxPairKey(path));
    if (!partner) throw new AppError('setFileMissing', { name: idxPartnerName(path, 'labels') });
    if (partner.values.length !== count) throw unknownSet(`not a label for each picture of ${path}`);
  }
  for (const [key, { path }] of labels)
    if (!keys.has(key)) throw new AppError('setFileMissing', { name: idxPartnerName(path, 'images') });
}

async function open(source: FileSource, context: OpenContext): Promise<Archive> {
  const found = await survey(source, context);
  checkPairs(found);

  async function* walk(): AsyncGenerator<readonly [ImageFile, SetPicture], void, undefined> {
    for await (const file of source.files()) {
      const images = found.images.find(({ path }) => path === file.path);
      const labels = found.labels.get(idxPairKey(file.path));
      if (!images || !labels) continue;
      const { heightPx, widthPx } = images.head;
      const strides = isTransposed(file.path)
        ? { x: heightPx, y: 1, channel: 0 }
        : { x: 1, y: widthPx, channel: 0 };
      const names =
        found.mappings.get(mappingNameOf(file.path) ?? '') ?? classNamesOf(`${source.path}/${file.path}`);
      const split = splitOfPath(file.path);
      const { reader } = await openIdx(file, context.limits);
      try {
        for (const label of labels.values) {
          const values = await reader.need(heightPx * widthPx);
          const picture = { widthPx, heightPx, values, strides };
          yield [images, toSetPicture(picture, { className: nameOfClass(names, label), split })];
        }
      } finally {
        await reader.close();
      }
    }
  }
  return createSetArchive(found.images, '.bmp', walk, context.limits);
}
