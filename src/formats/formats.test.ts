import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { SAMPLE_DESCRIPTION, sampleModel } from '../testing/formats/sampleModel.ts';
import { MODEL_FORMATS } from './formats.ts';

const context = { backboneCredit: 'test weights, MIT' };

describe.each(Object.entries(MODEL_FORMATS))('format %s', (id, format) => {
  it('reads back the network and the description it wrote', async () => {
    const model = sampleModel();
    const read = await format.read(await format.write(model, context), {});
    expect(format.id).toBe(id);
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
