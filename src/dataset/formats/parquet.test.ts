import { expect, it } from 'vitest';
import { tableBlob, tablePicture } from '../../testing/dataset/samples/parquet.ts';
import {
  FINE_TABLE,
  OTHER_TABLE,
  PACKED_TABLES,
  TEXT_TABLE,
  TRAIN_TABLE,
} from '../../testing/dataset/tables.ts';
import { toFileSource, toPackedFile } from '../binary/packedFiles.ts';
import { ARCHIVE_LIMITS } from '../datasetFormat.ts';
import { detectDatasetFormat } from '../registry.ts';
import { format } from './parquet.ts';

async function read(base64: string, path = 'table.parquet', folder = '') {
  const source = toFileSource(folder, [toPackedFile(path, tableBlob(base64))]);
  const archive = await format.open(source, { limits: ARCHIVE_LIMITS });
  const found: unknown[] = [];
  for await (const { label, getBlob } of archive?.entries() ?? [])
    found.push([label?.className, new Uint8Array(await (await getBlob()).arrayBuffer())]);
  return found;
}

it.each(Object.entries(PACKED_TABLES))('reads pages packed with %s', async (_, base64) => {
  expect(await read(base64)).toEqual([
    ['dog', tablePicture(0)],
    ['cat', tablePicture(1)],
  ]);
});

it('takes numbers for names where there are none, and no class for -1', async () => {
  expect(await read(FINE_TABLE)).toEqual([
    ['7', tablePicture(0)],
    [null, tablePicture(1)],
  ]);
});

it('takes texts for classes, and mere bytes for pictures', async () => {
  expect(await read(TEXT_TABLE)).toEqual([
    ['bee', tablePicture(0)],
    ['wasp', tablePicture(1)],
  ]);
});

it('knows a table by its content, and says where it holds no pictures', async () => {
  expect(await detectDatasetFormat(tableBlob(OTHER_TABLE))).toBe(format);
  await expect(read(OTHER_TABLE)).rejects.toMatchObject({ code: 'setUnknown' });
});

it('takes the split from the file, else from the folder', async () => {
  async function splitOf(path: string, folder: string) {
    const source = toFileSource(folder, [toPackedFile(path, tableBlob(TRAIN_TABLE))]);
    const archive = await format.open(source, { limits: ARCHIVE_LIMITS });
    for await (const { label } of archive?.entries() ?? []) return label?.split;
  }
  expect(await splitOf('validation-0.parquet', 'test')).toBe('validation');
  expect(await splitOf('0000.parquet', 'cats/test')).toBe('test');
  expect(await splitOf('0000.parquet', 'cats')).toBeNull();
});
