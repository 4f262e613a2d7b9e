import { expect, it } from 'vitest';
import { textOrCode } from '../../testing/dataset/sample.ts';
import { toExample, toTfRecords } from '../../testing/dataset/tfrecord.ts';
import { crc32c, maskedCrc32c } from '../binary/crc32c.ts';
import { readExample } from '../binary/exampleProto.ts';
import { toFileSource, toPackedFile } from '../binary/packedFiles.ts';
import { ARCHIVE_LIMITS } from '../datasetFormat.ts';
import { detectDatasetFormat } from '../registry.ts';
import { format } from './tfrecord.ts';

const text = (value: string) => new TextEncoder().encode(value);

async function read(files: Readonly<Record<string, Blob>>, limits = ARCHIVE_LIMITS) {
  const packed = Object.entries(files).map(([path, file]) => toPackedFile(path, file));
  const archive = await format.open(toFileSource('', packed), { limits });
  const found: unknown[] = [];
  for await (const entry of archive?.entries() ?? [])
    found.push([entry.label?.className, entry.label?.split, await textOrCode(entry)]);
  return found;
}

it('counts checksums as RFC 3720 does, and masks them as TensorFlow', () => {
  expect(crc32c(text('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  // The head of a record of 24 bytes.
  expect(maskedCrc32c(Uint8Array.of(24, 0, 0, 0, 0, 0, 0, 0))).toBe(0x224b7fa3);
});

it('reads an example as the library of Protocol Buffers writes it', () => {
  // {'a': int64 [300], 'b': bytes [b'xy'], 'f': float [0.5], 'n': int64 [-1]}
  const hex =
    '0a3e0a0b0a016112061a040a02ac020a0b0a016212060a040a0278790a0d0a0166120812060a040000003f0a130a016e120e1a0c0a0affffffffffffffffff01';
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  expect(readExample(bytes, new Set(['a', 'n', 'b', 'f']))).toEqual(
    new Map<string, unknown>([
      ['a', 300],
      ['b', text('xy')],
      ['n', -1],
    ]),
  );
  expect(readExample(bytes, new Set(['b'])).size).toBe(1);
});

it('takes classes from words, from numbers and from names beside', async () => {
  const imagenet = toExample({
    'image/encoded': text('one'),
    'image/class/label': [7],
    'image/class/text': 'bee',
  });
  const numbered = toExample({ image: text('two'), label: [1] });
  const hidden = toExample({ image: text('three'), label: [-1] });
  expect(await read({ 'validation-00000-of-00128': toTfRecords([imagenet, numbered, hidden]) })).toEqual([
    ['bee', 'validation', 'one'],
    ['1', 'validation', 'two'],
    [null, 'validation', 'three'],
  ]);
  const names = new Blob(['0:ant\n1:bee\n']);
  expect(await read({ 'a.tfrecord': toTfRecords([numbered]), 'labels.txt': names })).toEqual([
    ['bee', null, 'two'],
  ]);
});

it('finds a changed record by its checksum, and the next one stays readable', async () => {
  const records = ['aaaa', 'bbbb', 'cccc'].map((value) => toExample({ image: text(value), label: [1] }));
  const bytes = new Uint8Array(await toTfRecords(records).arrayBuffer());
  const at = new TextDecoder('latin1').decode(bytes).indexOf('bbbb');
  bytes[at] = 0x7a;
  expect(await read({ 'a.tfrecord': new Blob([bytes]) })).toEqual([
    ['1', null, 'aaaa'],
    [null, null, 'archiveUnreadable'],
    ['1', null, 'cccc'],
  ]);
});

it('passes over a record that is far too large', async () => {
  const large = toExample({ image: new Uint8Array(2_000_000), label: [1] });
  const small = toExample({ image: text('small'), label: [1] });
  const limits = { ...ARCHIVE_LIMITS, entryBytes: 1000 };
  expect(await read({ 'a.tfrecord': toTfRecords([large, small]) }, limits)).toEqual([
    [null, null, 'archiveUnreadable'],
    ['1', null, 'small'],
  ]);
});

it('knows records by their head, and says where they hold no pictures', async () => {
  const file = toTfRecords([toExample({ text: 'no picture' })]);
  expect(await detectDatasetFormat(file)).toBe(format);
  expect(await detectDatasetFormat(new Blob([new Uint8Array(100)]))).toBeNull();
  await expect(read({ 'a.tfrecord': file })).rejects.toMatchObject({ code: 'setUnknown' });
  await expect(read({ 'a.tfrecord': toTfRecords([toExample({ image: 'x' })]) })).rejects.toMatchObject({
    code: 'setUnknown',
  });
});
