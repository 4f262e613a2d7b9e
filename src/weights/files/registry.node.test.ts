/** The contract of every format of weights, over files that other programs wrote. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTensorFile, TENSOR_FORMATS } from './registry.ts';
import type { TensorClues, WeightFile } from './tensorFile.ts';
import { isZipHead, listZip } from './zipEntries.ts';

const FOLDER = join(import.meta.dirname, '../../testing/fixtures/weights');
const FORMATS_FOLDER = join(import.meta.dirname, 'formats');

const asFile = (name: string, content: BlobPart): WeightFile => ({ name, blob: new Blob([content]) });
const FILES = readdirSync(FOLDER)
  .filter((name) => !name.endsWith('.json'))
  .map((name) => asFile(name, new Uint8Array(readFileSync(join(FOLDER, name)))));

async function cluesOf({ blob }: WeightFile): Promise<TensorClues> {
  const head = new Uint8Array(await blob.slice(0, 4096).arrayBuffer());
  return { head, entryNames: isZipHead(head) ? [...(await listZip(blob)).keys()] : [] };
}

describe('formats of weights', () => {
  it('are the files of their folder', () => {
    const files = readdirSync(FORMATS_FOLDER).filter((name) => !name.includes('.test.'));
    expect(TENSOR_FORMATS.map(({ id }) => `${id}.ts`)).toEqual(files.sort());
  });

  it.each(FILES)('know a file by its content, one alone: $name', async (file) => {
    const clues = await cluesOf(file);
    expect(TENSOR_FORMATS.filter((format) => format.detects(clues))).toHaveLength(1);
  });

  it.each<[string, BlobPart]>([
    ['empty', ''],
    ['a text', 'weights'],
    ['some JSON', '{"name":"model"}'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
    ['an empty zip', Uint8Array.of(0x50, 0x4b, 5, 6, ...new Uint8Array(18))],
  ])('know nothing else: %s', async (name, content) => {
    const unknown = { code: 'weightsFileUnknown' };
    await expect(openTensorFile([asFile(name, content)])).rejects.toMatchObject(unknown);
    await expect(openTensorFile([])).rejects.toMatchObject(unknown);
  });

  it('find the weights among other files', async () => {
    const tiny = FILES.find(({ name }) => name === 'tiny.safetensors');
    if (!tiny) throw new Error('no fixture');
    const file = await openTensorFile([asFile('README.md', '# Weights'), tiny]);
    expect(file.format).toBe('safetensors');
  });
});

describe.each(FILES.filter(({ name }) => !/Old\.pth|tinyWhole\.pth|callsSystem/.test(name)))(
  '$name',
  (file) => {
    it('lists tensors that are what it says of them', async () => {
      const opened = await openTensorFile([file]);
      for (const [name, { shape }] of opened.tensors) {
        const values = await opened.read(name);
        expect(values.length, name).toBe(shape.reduce((product, side) => product * side, 1));
      }
      await opened.close();
    });

    it('has no tensor of another name', async () => {
      const opened = await openTensorFile([file]);
      await expect(opened.read('none/such')).rejects.toThrow('no tensor');
      await opened.close();
    });
  },
);
