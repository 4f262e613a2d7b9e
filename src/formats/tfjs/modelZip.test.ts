import {
  BlobReader,
  BlobWriter,
  TextReader,
  TextWriter,
  Uint8ArrayWriter,
  ZipReader,
  ZipWriter,
} from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { packageOf } from '../../testing/formats/packages.ts';
import { sampleModel } from '../../testing/formats/sampleModel.ts';
import { findModelReader } from '../detect.ts';
import { escapeMarkdown } from '../modelCard.ts';
import { format } from './format.ts';
import { readModelZip } from './modelZip.ts';

const context = { backboneCredit: 'Keras ResNet50 <b>weights</b>, MIT' };
const OPTIONS = { useWebWorkers: false };

async function unzip(file: Blob): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const entry of await new ZipReader(new BlobReader(file), OPTIONS).getEntries()) {
    if (!entry.directory) texts.set(entry.filename, await entry.getData(new TextWriter()));
  }
  return texts;
}

/** The same files, packed by someone else: deflated, in a folder, each as `change` says. */
async function repack(
  file: Blob,
  folder: string,
  change: (name: string, text: string) => string | null,
): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter(), OPTIONS);
  for (const entry of await new ZipReader(new BlobReader(file), OPTIONS).getEntries()) {
    if (entry.directory) continue;
    const name = folder + entry.filename;
    if (entry.filename.endsWith('.bin')) {
      const bytes = await entry.getData(new Uint8ArrayWriter());
      await zip.add(name, new BlobReader(new Blob([bytes])));
      continue;
    }
    const text = change(entry.filename, await entry.getData(new TextWriter()));
    if (text !== null) await zip.add(name, new TextReader(text));
  }
  return zip.close();
}

describe('a model as a zip', () => {
  it('holds the model, labels, a card, an example and our description', async () => {
    const files = await unzip(await packageOf(format, context));
    expect([...files.keys()].sort()).toEqual([
      'README.md',
      'example.js',
      'expected.json',
      'group1-shard1of1.bin',
      'headstart.json',
      'labels.txt',
      'model.json',
    ]);
    expect(files.get('labels.txt')).toBe('cat\n<img src=x onerror=alert(1)>\ntwo lines | 猫\n');
  });

  it('shows names in the card as text', async () => {
    const card = (await unzip(await packageOf(format, context))).get('README.md') ?? '';
    expect(card).not.toMatch(/<(script|img|b)\b/);
    expect(card).toContain('two lines \\| 猫');
    expect(card).toContain('Accuracy on 6 test pictures: 50.0 % (95 % interval 18.8 % to 81.2 %)');
    expect(card).toContain('compute in float32: 66.7 % of the same 6 test pictures');
    expect(card).toContain('Keras ResNet50');
    const rows = card.split('\n').filter((line) => line.startsWith('| cat '));
    expect(rows).toEqual(['| cat | 70 | 15 | 2 |', '| cat | 2 | 0.333 | 0.500 | 0.400 |']);
  });

  it('has an example that is a module', async () => {
    const example = (await unzip(await packageOf(format, context))).get('example.js') ?? '';
    const body = example.replace(/^import .*$/m, '').replace('export ', '');
    // Parsed only, never run: the browser test of the whole app runs the model.
    expect(() => new Function(`return async () => {${body}}`)).not.toThrow();
    expect(example).toContain('resizeWidth: 13');
  });
});

describe('readModelZip', () => {
  it('reads a zip that was packed anew, in a folder', async () => {
    const model = sampleModel();
    const again = await repack(
      await packageOf(format, { ...context, model }),
      'my model/',
      (_name, text) => text,
    );
    const read = await readModelZip(again, {});
    expect(read).toEqual(model);
  });

  it.each<[string, string, (name: string, text: string) => string | null]>([
    ['no description', 'modelFileUnreadable', (name, text) => (name === 'headstart.json' ? null : text)],
    ['no model', 'modelFileUnreadable', (name, text) => (name === 'model.json' ? null : text)],
    ['broken JSON', 'modelFileUnreadable', (name, text) => (name === 'model.json' ? text.slice(9) : text)],
    [
      'fewer names than measures',
      'modelFileMisfit',
      (name, text) => (name === 'headstart.json' ? text.replace('"cat",', '') : text),
    ],
    [
      'pictures of another size than the network takes',
      'modelFileUnreadable',
      (name, text) =>
        name === 'headstart.json' ? text.replace('"inputSizePx": 13', '"inputSizePx": 14') : text,
    ],
    [
      'a wrong type in the description',
      'modelFileUnreadable',
      (name, text) => (name === 'headstart.json' ? text.replace('"epochs": 40', '"epochs": "40"') : text),
    ],
    [
      'a later version',
      'modelFileUnsupported',
      (name, text) =>
        name === 'headstart.json' ? text.replace('"formatVersion": 2', '"formatVersion": 3') : text,
    ],
    [
      'a weights path that leads elsewhere',
      'modelFileUnreadable',
      (name, text) => (name === 'model.json' ? text.replace('group1-shard1of1.bin', '../secret.bin') : text),
    ],
  ])('refuses %s', async (_what, code, change) => {
    const file = await repack(await packageOf(format, context), '', change);
    await expect(readModelZip(file, {})).rejects.toMatchObject({ code });
  });

  it('notices a flipped bit', async () => {
    const file = await packageOf(format, context);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const entries = await new ZipReader(new BlobReader(file), OPTIONS).getEntries();
    const shard = entries.find(({ filename }) => filename.endsWith('.bin'));
    const at = (shard?.offset ?? 0) + 200;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await expect(readModelZip(new Blob([bytes]), {})).rejects.toMatchObject({ code: 'modelFileUnreadable' });
  });
});

describe('escapeMarkdown', () => {
  it.each([
    ['a|b', 'a\\|b'],
    ['<b>&amp;', '&lt;b&gt;&amp;amp;'],
    ['[x](javascript:y)', '\\[x\\]\\(javascript\\:y\\)'],
    [' # one\n\ntwo\u0007', '\\# one two'],
    ['`code` _em_ \\', '\\`code\\` \\_em\\_ \\\\'],
  ])('%j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});

describe('a dropped zip', () => {
  it('is known inside a folder, and not without the model', async () => {
    const file = await packageOf(format, context);
    const again = await repack(file, 'my model/', (_name, text) => text);
    expect(await findModelReader(again)).toBe(format.reader);
    const without = await repack(file, '', (name, text) => (name === 'model.json' ? null : text));
    await expect(findModelReader(without)).rejects.toMatchObject({ code: 'modelFileUnreadable' });
  });
});
