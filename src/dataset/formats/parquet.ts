/** Parquet tables with pictures and classes, as data-set hubs publish them; read row group by row group. */
import type { Compressors, FileMetaData } from 'hyparquet';
import { AppError } from '../../shared/errors.ts';
import { importPart } from '../../shared/importPart.ts';
import { openEachFile } from '../binary/eachFile.ts';
import { unknownSet } from '../binary/packedFiles.ts';
import { findImageColumns, type ImageColumns, toRowClass, toRowImage } from '../binary/parquetTable.ts';
import { type CountedFile, createSetArchive, type SetPicture, splitOfPath } from '../binary/setArchive.ts';
import { type Archive, type OpenContext, type SetFormat, toArchiveError, tooMuch } from '../datasetFormat.ts';
import { startsWith } from '../magic.ts';

export const endings = ['.parquet'] as const;

/** A row group is decoded whole. Writers keep them far smaller: some megabytes, a hundred pictures, a thousand. */
const MAX_GROUP_BYTES = 512e6;

export const format: SetFormat = {
  kind: 'set',
  id: 'parquet',
  isOfOneFile: true,
  claims: (paths) => paths.filter((path) => /\.parquet$/i.test(path)),
  detects: ({ head }) => startsWith(head, 'PAR1'),
  open: (source, context) =>
    openEachFile(source, context, async (file) =>
      openTable(await file.getBlob(), splitOfPath(file.path) ?? splitOfPath(source.path), context),
    ),
};

type Split = ReturnType<typeof splitOfPath>;

/** Its parts are loaded when the first table is opened. */
async function loadReader() {
  const reader = await importPart(() => import('hyparquet'));
  const { compressors } = await importPart(() => import('hyparquet-compressors'));
  return { ...reader, compressors: bounded(compressors) };
}

/** What a page says that it unpacks to is not believed beyond the limit. */
function bounded(compressors: Compressors): Compressors {
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, decompress]) => [
      codec,
      (input: Uint8Array, outputBytes: number) => {
        if (!(outputBytes <= MAX_GROUP_BYTES)) throw tooMuch(MAX_GROUP_BYTES);
        return decompress(input, outputBytes);
      },
    ]),
  );
}

/** Rows of each row group. @throws AppError `archiveUnreadable` if one is too large or they are not what the table says */
function rowCounts({ row_groups: groups, num_rows: total }: FileMetaData, columns: ImageColumns): number[] {
  const counts = groups.map((group) => {
    const sizeBytes = group.columns
      .filter(({ meta_data: meta }) => [columns.image, columns.label].includes(meta?.path_in_schema[0] ?? ''))
      .reduce((sum, { meta_data: meta }) => sum + Number(meta?.total_uncompressed_size ?? 0), 0);
    if (!(sizeBytes <= MAX_GROUP_BYTES)) throw tooMuch(MAX_GROUP_BYTES);
    return Number(group.num_rows);
  });
  const isSound = counts.every((count) => count >= 0) && counts.reduce((a, b) => a + b, 0) === Number(total);
  if (!isSound) throw new AppError('archiveUnreadable');
  return counts;
}

async function openTable(blob: Blob, split: Split, { limits }: OpenContext): Promise<Archive> {
  const reader = await loadReader();
  const file = {
    byteLength: blob.size,
    slice: (start: number, end?: number) => blob.slice(start, end).arrayBuffer(),
  };
  let metadata: FileMetaData;
  let columns: ImageColumns | null;
  try {
    metadata = await reader.parquetMetadataAsync(file);
    columns = findImageColumns(reader.parquetSchema(metadata), metadata);
  } catch (thrown) {
    throw toArchiveError(thrown);
  }
  if (!columns) throw unknownSet('a table without pictures or without classes');
  const { image, isStruct, label, classNames } = columns;
  const counts = rowCounts(metadata, columns);
  const table: CountedFile = { path: '', count: Number(metadata.num_rows) };

  async function* walk(): AsyncGenerator<readonly [CountedFile, SetPicture], void, undefined> {
    let rowStart = 0;
    for (const count of counts) {
      const rows = await reader
        .parquetReadObjects({
          ...{ file, metadata, rowStart, rowEnd: rowStart + count },
          ...{ columns: [image, label], compressors: reader.compressors, utf8: false },
        })
        .catch((thrown: unknown) => Promise.reject(toArchiveError(thrown)));
      if (rows.length !== count) throw new AppError('archiveUnreadable');
      rowStart += count;
      for (const row of rows) {
        const bytes = toRowImage(row[image], isStruct);
        const entry = { className: toRowClass(row[label], classNames), split };
        // A copy: the bytes are a view of the whole page.
        yield [
          table,
          { label: entry, sizeBytes: bytes.length, toBlob: () => new Blob([new Uint8Array(bytes)]) },
        ];
      }
    }
  }
  return createSetArchive([table], '', walk, limits);
}
