import { describe, expect, it } from 'vitest';
import { toFileSource, toPackedFile } from '../binary/packedFiles.ts';
import { toSampleClass } from '../binary/webdatasetLabels.ts';
import { ARCHIVE_LIMITS } from '../datasetFormat.ts';
import { format } from './webdataset.ts';

async function classesOf(files: Readonly<Record<string, string>>, folder = '') {
  const packed = format
    .claims(Object.keys(files))
    .map((path) => toPackedFile(path, new Blob([files[path] ?? ''])));
  const archive = await format.open(toFileSource(folder, packed), { limits: ARCHIVE_LIMITS });
  if (!archive) return null;
  const found: unknown[] = [];
  for await (const { path, label } of archive.entries()) found.push([path, label?.className, label?.split]);
  return found;
}

it('takes classes from json or text where no .cls stands there', async () => {
  const files = { '1.jpg': 'x', '1.json': '{"label": "cat"}', '2.jpg': 'x', '2.txt': 'dog\n' };
  expect(await classesOf(files, 'pets-val-000.tar')).toEqual([
    ['1.jpg', 'cat', 'validation'],
    ['2.jpg', 'dog', 'validation'],
  ]);
});

it('leaves pictures without a class to the person', async () => {
  expect(await classesOf({ '1.jpg': 'x', '1.cls': '3', '2.jpg': 'x', '2.cls': '' })).toEqual([
    ['1.jpg', '3', null],
    ['2.jpg', null, null],
  ]);
});

describe('what is about something else', () => {
  it('is not claimed where folders can be classes', () => {
    expect(format.claims(['cats/1.jpg', 'cats/1.txt', 'dogs/2.jpg', 'dogs/2.txt'])).toEqual([]);
    expect(format.claims(['cats/1.jpg', 'cats/1.txt'])).toEqual([]);
    expect(format.claims(['1.jpg', '2.jpg', '1.txt'])).toEqual([]);
    expect(format.claims(['a.cls', 'b.json'])).toEqual([]);
  });

  it('is no set: boxes, captions over lines, other fields', async () => {
    expect(await classesOf({ '1.jpg': 'x', '1.txt': '0 0.5 0.5 0.2 0.3' })).toBeNull();
    expect(await classesOf({ '1.jpg': 'x', '1.txt': 'a cat\non a mat' })).toBeNull();
    expect(await classesOf({ '1.jpg': 'x', '1.json': '{"width": 3}' })).toBeNull();
    expect(await classesOf({ '1.jpg': 'x', '1.json': '{' })).toBeNull();
  });
});

it('prefers words to numbers, and names numbers where there is a list', () => {
  expect(toSampleClass({ cls: '1', json: '{"class_name": "bee"}' }, [])).toBe('bee');
  expect(toSampleClass({ cls: '1', json: '{"label": "wasp"}' }, ['ant', 'bee'])).toBe('bee');
  expect(toSampleClass({ cls: '5' }, ['ant', 'bee'])).toBe('5');
  expect(toSampleClass({ json: '{"cls": 1}' }, ['ant', 'bee'])).toBe('bee');
  expect(toSampleClass({}, [])).toBeNull();
});
