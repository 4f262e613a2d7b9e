/** What every model format must keep, whichever folders there are; what one alone does is tested in its folder. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPORT_FORMAT } from '../domain/model.ts';
import { AppError } from '../shared/errors.ts';
import { SAMPLE_DESCRIPTION, sampleModel } from '../testing/formats/sampleModel.ts';
import { detectModelFormat, readClues } from './detect.ts';
import { findModelFormat, MODEL_FORMATS } from './registry.ts';

const context = { backboneCredit: 'test weights, MIT' };

describe('the registry of model formats', () => {
  it('has every folder under its own name', () => {
    const folders = Object.keys(import.meta.glob('./*/format.ts')).map((path) => path.split('/')[1]);
    expect(folders.length).toBeGreaterThan(0);
    expect(MODEL_FORMATS.map(({ id }) => id)).toEqual(folders);
  });

  it('has what the page writes, and nothing of another name', () => {
    expect(findModelFormat(DEFAULT_EXPORT_FORMAT).id).toBe(DEFAULT_EXPORT_FORMAT);
    expect(() => findModelFormat('constructor')).toThrow('constructor');
  });
});

describe('detectModelFormat', () => {
  it.each([
    ['nothing', new Blob([])],
    ['a text', new Blob(['not a model'])],
    ['what only begins like a zip', new Blob(['PK\x03\x04 and no more'])],
  ])('calls %s unreadable', async (_what, blob) => {
    await expect(detectModelFormat(blob)).rejects.toMatchObject({ code: 'modelFileUnreadable' });
  });

  it('calls a file that vanished unreadable', async () => {
    const gone = new Blob(['gone']);
    gone.slice = () => {
      throw new DOMException('gone', 'NotFoundError');
    };
    await expect(detectModelFormat(gone)).rejects.toMatchObject({ code: 'modelFileUnreadable' });
  });
});

describe.each(MODEL_FORMATS)('format $id', (format) => {
  it('knows the file it wrote, and no other format does', async () => {
    const file = await format.write(sampleModel(), context);
    expect(await detectModelFormat(file)).toBe(format);
    const clues = await readClues(file);
    expect(MODEL_FORMATS.filter((one) => one.detects(clues))).toEqual([format]);
    expect(format.fileExtension).toMatch(/^\.[a-z0-9.]+$/);
  });

  it('reads back the network and the description it wrote', async () => {
    const model = sampleModel();
    const read = await format.read(await format.write(model, context), {});
    expect(read.description).toEqual(SAMPLE_DESCRIPTION);
    expect(read.network.nodes).toEqual(model.network.nodes);
    // Float32 in, float32 out: not one bit may differ, whichever width a tensor was stored in.
    expect(read.network.weights).toEqual(model.network.weights);
  });

  it('reports its progress up to the end', async () => {
    const fractions: number[] = [];
    const file = await format.write(sampleModel(), {
      ...context,
      onProgress: (fraction) => fractions.push(fraction),
    });
    expect(fractions.at(-1)).toBe(1);
    const readFractions: number[] = [];
    await format.read(file, { onProgress: (fraction) => readFractions.push(fraction) });
    expect(readFractions.length).toBeGreaterThan(0);
    expect(Math.max(...readFractions)).toBeLessThanOrEqual(1);
  });

  it('stops when cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(format.write(sampleModel(), { ...context, signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const file = await format.write(sampleModel(), context);
    await expect(format.read(file, { signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('calls any other file, and one cut off anywhere, unreadable', async () => {
    const file = await format.write(sampleModel(), context);
    const broken = [
      new Blob(['not a model']),
      new Blob([]),
      file.slice(0, Math.floor(file.size / 2)),
      file.slice(0, file.size - 30),
      file.slice(Math.floor(file.size / 2)),
    ];
    for (const blob of broken) {
      const error = await format.read(blob, {}).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'modelFileUnreadable' });
    }
  });
});
