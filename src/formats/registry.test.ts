/** What every model format must keep, whichever folders there are; what one alone does is tested in its folder. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPORT, type TestPicture } from '../domain/modelExport.ts';
import { inputNodeOf, outputNode } from '../network/network.ts';
import { AppError } from '../shared/errors.ts';
import { readContent } from '../testing/formats/mutatedModelZips.ts';
import { packageOf } from '../testing/formats/packages.ts';
import { SAMPLE_DESCRIPTION, sampleModel } from '../testing/formats/sampleModel.ts';
import { findModelReader, readClues } from './detect.ts';
import { sizeOfParts } from './fileParts.ts';
import { FORMAT_LIST } from './formatList.ts';
import type { FormatReader, ModelFormat } from './modelFormat.ts';
import { findModelWriter, MODEL_FORMATS, MODEL_READERS } from './registry.ts';

const named = MODEL_FORMATS.map((format) => ({ id: format.about.id, format }));
const written = named.flatMap(({ id, format }) =>
  format.writer ? [{ id, format, writer: format.writer }] : [],
);
const read = written.flatMap(({ id, format }) =>
  format.reader ? [{ id, format, reader: format.reader }] : [],
);

const picture = (text: string): TestPicture => ({ file: new Blob([text]), probabilities: [0.5, 0.25, 0.25] });

describe('the registry of model formats', () => {
  it('has every folder under its own name', () => {
    const folders = Object.keys(import.meta.glob('./*/format.ts')).map((path) => path.split('/')[1]);
    expect(folders.length).toBeGreaterThan(1);
    expect(named.map(({ id }) => id)).toEqual(folders);
    for (const { writer, reader } of MODEL_FORMATS) expect(writer ?? reader).toBeDefined();
  });

  it('has what the page offers and what it writes unasked, and nothing of another name', () => {
    expect(FORMAT_LIST).toEqual(written.map(({ format }) => format.about));
    const offered = FORMAT_LIST.find(({ id }) => id === DEFAULT_EXPORT.format);
    expect(offered?.precisions).toContain(DEFAULT_EXPORT.precision);
    expect(() => findModelWriter('constructor')).toThrow('constructor');
  });
});

describe('findModelReader', () => {
  it.each([
    ['nothing', new Blob([])],
    ['a text', new Blob(['not a model'])],
    ['what only begins like a zip', new Blob(['PK\x03\x04 and no more'])],
  ])('calls %s unreadable', async (_what, blob) => {
    await expect(findModelReader(blob)).rejects.toMatchObject({ code: 'modelFileUnreadable' });
  });

  it('calls a file that vanished unreadable', async () => {
    const gone = new Blob(['gone']);
    gone.slice = () => {
      throw new DOMException('gone', 'NotFoundError');
    };
    await expect(findModelReader(gone)).rejects.toMatchObject({ code: 'modelFileUnreadable' });
  });
});

describe.each(written)('format $id, written', ({ id, format, writer }) => {
  it('is found by its name, and says what it is', () => {
    expect(findModelWriter(id)).toBe(writer);
    const { title, opensIn, precisions } = format.about;
    expect(title).toMatch(/^\S.*\S$/);
    expect(opensIn.length).toBeGreaterThan(0);
    expect(precisions).toContain('float32');
    expect(new Set(precisions).size).toBe(precisions.length);
  });

  it.each(format.about.precisions)(
    'writes files of different names, as large as it says, in %s',
    async (precision) => {
      const { files, usage } = writer.write(sampleModel(), { precision, output: 'probabilities' });
      const content = await readContent(await packageOf(format, { precision }));
      const paths = files.map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
      for (const { path, content: parts } of files) {
        expect(path).toMatch(/^(?!\/)(?!.*\.\.)[\w./-]+$/);
        if (typeof parts !== 'string') expect(content.get(path)?.length, path).toBe(sizeOfParts(parts));
      }
      expect(usage).toContain(paths[0]);
    },
  );

  it('comes with labels, a card, our description, and pictures to check it by', async () => {
    const content = await readContent(
      await packageOf(format, { pictures: [picture('one'), picture('two')] }),
    );
    const text = (path: string) => new TextDecoder().decode(content.get(path));
    expect(text('labels.txt').split('\n')).toHaveLength(SAMPLE_DESCRIPTION.classNames.length + 1);
    expect(text('README.md')).toContain('## How to use it');
    expect(text('headstart.json')).toContain('formatVersion');
    expect(JSON.parse(text('expected.json'))).toEqual([
      { picture: 'pictures/1.png', probabilities: [0.5, 0.25, 0.25] },
      { picture: 'pictures/2.png', probabilities: [0.5, 0.25, 0.25] },
    ]);
    expect(text('pictures/2.png')).toBe('two');
  });

  it('says in the card that it ends before the softmax, if it does', async () => {
    const content = await readContent(await packageOf(format, { output: 'logits' }));
    expect(new TextDecoder().decode(content.get('README.md'))).toContain('(logit)');
  });

  it('reports its progress up to the end', async () => {
    const fractions: number[] = [];
    await packageOf(format, { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('stops when cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(packageOf(format, { signal })).rejects.toMatchObject({ code: 'cancelled' });
    const later = new AbortController();
    const stopped = packageOf(format, { signal: later.signal, onProgress: () => later.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe.each(written.filter(({ format }) => !format.reader))('format $id, not read', ({ format }) => {
  it('is known for one of ours', async () => {
    await expect(findModelReader(await packageOf(format))).rejects.toMatchObject({
      code: 'modelFileUnsupported',
    });
  });
});

/** All that a reader throws must have its name. */
async function outcomeOf(reader: FormatReader, blob: Blob): Promise<unknown> {
  return reader.read(blob, {}).catch((thrown: unknown) => thrown);
}

const otherReadersOf = ({ reader }: ModelFormat) => MODEL_READERS.filter((one) => one !== reader);

describe.each(read)('format $id, read', ({ format, reader }) => {
  it('knows the file that was written, and no other format does', async () => {
    const file = await packageOf(format);
    expect(await findModelReader(file)).toBe(reader);
    const clues = await readClues(file);
    expect(otherReadersOf(format).filter((one) => one.detects(clues))).toEqual([]);
  });

  it('reads back the network and the description that were written', async () => {
    const model = sampleModel();
    const { description, network } = await reader.read(await packageOf(format, { model }), {});
    expect(description).toEqual(SAMPLE_DESCRIPTION);
    expect(network.nodes).toEqual(model.network.nodes);
    // Float32 in, float32 out: not one bit may differ, whichever width a tensor was stored in.
    expect(network.weights).toEqual(model.network.weights);
  });

  it.each(format.about.precisions)('keeps the preprocessing exact in %s', async (precision) => {
    const { description, network } = sampleModel();
    const [input, ...nodes] = network.nodes;
    const matrix = [1 / 255, 0, 0, 0, 1 / 255 / 0.229, 0, 0, 0, 0.1].map(Math.fround);
    const preprocessing = { matrix, bias: [-0.1, -0.485 / 0.229, 0.3].map(Math.fround) };
    const other = { ...network, nodes: [{ ...input, preprocessing } as (typeof network.nodes)[0], ...nodes] };
    const model = { description, network: other };
    const back = await reader.read(await packageOf(format, { model, precision }), {});
    expect(inputNodeOf(back.network.nodes).preprocessing).toEqual(preprocessing);
  });

  it('puts the softmax back on that was left out', async () => {
    const { network } = await reader.read(await packageOf(format, { output: 'logits' }), {});
    expect(outputNode(network).op).toBe('softmax');
    expect(network.nodes).toHaveLength(sampleModel().network.nodes.length);
  });

  it('reports its progress, and stops when cancelled', async () => {
    const file = await packageOf(format);
    const fractions: number[] = [];
    await reader.read(file, { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions.length).toBeGreaterThan(0);
    expect(Math.max(...fractions)).toBeLessThanOrEqual(1);
    const signal = AbortSignal.abort();
    await expect(reader.read(file, { signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('calls any other file, and one cut off anywhere, unreadable', async () => {
    const file = await packageOf(format);
    const broken = [
      new Blob(['not a model']),
      new Blob([]),
      file.slice(0, Math.floor(file.size / 2)),
      file.slice(0, file.size - 30),
      file.slice(Math.floor(file.size / 2)),
    ];
    for (const blob of broken) {
      const error = await outcomeOf(reader, blob);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'modelFileUnreadable' });
    }
  });
});
