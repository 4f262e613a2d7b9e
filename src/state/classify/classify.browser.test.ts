import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClassifyResult } from '../../domain/classification.ts';
import type { EngineApi } from '../../rpc/engineApi.ts';
import type { Handlers } from '../../rpc/server.ts';
import { AppError, toSerializedError } from '../../shared/errors.ts';
import { drawPng, toZip } from '../../testing/fixtures/drawnFiles.ts';
import { catchDownloads } from '../../testing/page/downloads.ts';
import { watchPageWorkers } from '../../testing/rpc/pageWorkers.ts';
import { until } from '../../testing/until.ts';
import {
  cancelClassify,
  classifyFiles,
  classifyStore,
  classifyWaiting,
  clearClassify,
  downloadPredictions,
  IMAGENET,
} from './classify.ts';

type Classify = Handlers<EngineApi>['classify'];

const { engine, kill } = watchPageWorkers();
const classify = vi.fn<Classify>();
Object.assign(engine, { classify });

/** Tells a picture by its width. */
async function resultOf(picture: Blob): Promise<ClassifyResult> {
  const { width } = await createImageBitmap(picture);
  return { top: [{ label: `wide ${width}`, probability: 0.5 }], elapsedMs: 1 };
}
const answerAll: Classify = async ({ pictures }, { progress }) => {
  for (const [index, picture] of pictures.entries()) {
    progress({ index, ok: true, result: await resultOf(picture) });
  }
  return null;
};
/** Answers `most` pictures of however many batches, then holds the rest back; `late` answers them all the same. */
function answerOnly(most: number) {
  let late = () => {};
  let left = most;
  const handler: Classify = async ({ pictures }, { progress }) => {
    for (const [index, picture] of pictures.entries()) {
      if (left === 0) await new Promise<void>((resolve) => (late = resolve));
      else left -= 1;
      progress({ index, ok: true, result: await resultOf(picture) });
    }
    return null;
  };
  return { handler, late: () => late() };
}

const shown = () => classifyStore.getState();
const list = () => shown().items.map(({ name, status, top }) => [name, status, top[0]?.label ?? null]);
const entries = (widths: readonly number[]) =>
  Promise.all(widths.map(async (width) => ({ path: `${width}.png`, file: await drawPng(width) })));
const doneAre = (count: number) =>
  until(() => expect(list().filter(([, status]) => status === 'done')).toHaveLength(count));
const settled = () =>
  until(() => {
    expect(shown()).toMatchObject({ reading: false, running: false });
    expect(shown().items.some(({ status }) => status === 'waiting')).toBe(false);
  });

beforeEach(() => {
  clearClassify();
  classifyStore.setState({ classifierId: IMAGENET });
  classify.mockReset().mockImplementation(answerAll);
});

describe('files to be classified', () => {
  it('are answered in their order, and those left out are named with the reason', async () => {
    const gone = { path: 'gone.png', reason: 'unreadable', details: {} } as const;
    const [first, second] = await entries([11, 12]);
    if (!first || !second) throw new Error('no files');
    const taken = classifyFiles(
      [
        first,
        { path: 'notes.txt', file: new Blob(['no picture']) },
        { path: 'more.zip', file: await toZip({ 'cats/13.png': await drawPng(13) }) },
        second,
      ],
      [gone],
    );
    expect(shown()).toMatchObject({ reading: true, items: [{ name: 'gone.png' }] });
    await taken;
    await settled();
    const done = list().filter(([, status]) => status === 'done');
    expect(done).toEqual([
      ['11.png', 'done', 'wide 11'],
      ['13.png', 'done', 'wide 13'],
      ['12.png', 'done', 'wide 12'],
    ]);
    expect(shown().items.flatMap(({ skipped }) => skipped ?? [])).toEqual([
      gone,
      { path: 'notes.txt', reason: 'notAPicture', details: expect.anything() as object },
    ]);
    expect(shown().items.map(({ blob, thumbnail }) => [blob !== null, thumbnail !== null])).toEqual(
      shown().items.map(({ status }) => [status === 'done', status === 'done']),
    );
    expect(new Set(shown().items.map(({ id }) => id)).size).toBe(5);
    expect(classify.mock.calls[0]?.[0]).toMatchObject({ classifier: { kind: 'imagenet' }, topCount: 5 });
  });

  it('go to the engine a few at a time, each once, and the next drop behind them', async () => {
    const [widths, more] = [Array.from({ length: 40 }, (_, i) => 10 + i), [50, 51]];
    await Promise.all([classifyFiles(await entries(widths)), classifyFiles(await entries(more))]);
    await settled();
    expect(list()).toEqual(
      expect.arrayContaining([...widths, ...more].map((w) => [`${w}.png`, 'done', `wide ${w}`])),
    );
    const sizes = classify.mock.calls.map(([{ pictures }]) => pictures.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(42);
  });

  it('fail one by one, each with its own error', async () => {
    const error = toSerializedError(new AppError('pictureUnreadable'));
    classify.mockImplementation(async ({ pictures }, { progress }) => {
      for (const [index, picture] of pictures.entries()) {
        const result = await resultOf(picture);
        const isBad = result.top[0]?.label === 'wide 22';
        // Of the third nothing is heard at all.
        if (result.top[0]?.label === 'wide 23') continue;
        progress(isBad ? { index, ok: false, error } : { index, ok: true, result });
      }
      return null;
    });
    await classifyFiles(await entries([21, 22, 23, 24]));
    await settled();
    expect(shown().items.map(({ status, error: own }) => [status, own?.code ?? null])).toEqual([
      ['done', null],
      ['failed', 'pictureUnreadable'],
      ['failed', 'unexpected'],
      ['done', null],
    ]);
    expect(shown().error).toBeNull();
  });

  it('wait when the engine fails, which is told, and are tried again', async () => {
    classify.mockRejectedValue(new AppError('notFinite'));
    await classifyFiles(await entries([31, 32]));
    await until(() => expect(shown()).toMatchObject({ running: false, error: { code: 'notFinite' } }));
    expect(list()).toEqual([
      ['31.png', 'waiting', null],
      ['32.png', 'waiting', null],
    ]);
    classify.mockImplementation(answerAll);
    await classifyWaiting();
    expect(list().map(([, , label]) => label)).toEqual(['wide 31', 'wide 32']);
    expect(shown()).toMatchObject({ running: false, error: null });
  });

  it('that were answered before the engine died are not asked for again', async () => {
    classify.mockImplementation(answerOnly(3).handler);
    await classifyFiles(await entries([41, 42, 43, 44, 45]));
    await doneAre(3);
    classify.mockReset().mockImplementation(answerAll);
    kill('engine');
    await settled();
    expect(classify.mock.calls.map(([{ pictures }]) => pictures.length)).toEqual([2]);
    expect(list().map(([, , label]) => label)).toEqual([41, 42, 43, 44, 45].map((w) => `wide ${w}`));
  });
});

describe('classifying', () => {
  /** Five pictures with the engine, of which three are answered. */
  async function begin() {
    const some = answerOnly(3);
    classify.mockImplementation(some.handler);
    await classifyFiles(await entries([51, 52, 53, 54, 55]));
    await doneAre(3);
    classify.mockImplementation(answerAll);
    expect(shown().running).toBe(true);
    return some;
  }

  it('that is cancelled keeps what it has, and takes the rest off the list', async () => {
    const { late } = await begin();
    cancelClassify();
    expect(shown()).toMatchObject({ running: false, error: null });
    const kept = [51, 52, 53].map((width) => [`${width}.png`, 'done', `wide ${width}`]);
    expect(list()).toEqual(kept);
    late();
    await classifyFiles(await entries([56]));
    await settled();
    expect(list()).toEqual([...kept, ['56.png', 'done', 'wide 56']]);
    expect(shown().error).toBeNull();
  });

  it('ends with the list that is cleared, errors and all', async () => {
    const { late } = await begin();
    clearClassify();
    expect(shown()).toMatchObject({ items: [], running: false, error: null });
    late();
    classify.mockRejectedValue(new AppError('notFinite'));
    await classifyFiles(await entries([57]));
    await until(() => expect(shown().error?.code).toBe('notFinite'));
    clearClassify();
    expect(shown()).toMatchObject({ items: [], error: null });
  });

  it('stops reading too, and nothing comes after', async () => {
    const large = await drawPng(900, '#432', 900);
    const taken = classifyFiles(Array.from({ length: 3000 }, (_, i) => ({ path: `${i}.png`, file: large })));
    await until(() => expect(list().length).toBeGreaterThan(0));
    // A drop that is read to its end meanwhile is not the end of reading.
    await classifyFiles(await entries([59]));
    expect(shown().reading).toBe(true);
    cancelClassify();
    await taken;
    const count = list().length;
    expect(count).toBeLessThan(3000);
    expect(shown()).toMatchObject({ reading: false, error: null });
    await classifyFiles(await entries([58]));
    await settled();
    expect(list()).toHaveLength(count + 1);
  });

  it('tells that the reader died, and keeps what was read', async () => {
    const large = await drawPng(900, '#543', 900);
    const taken = classifyFiles(Array.from({ length: 3000 }, (_, i) => ({ path: `${i}.png`, file: large })));
    await until(() => expect(list().length).toBeGreaterThan(0));
    kill('intake');
    await taken;
    expect(shown()).toMatchObject({ reading: false, error: { code: 'workerDied' } });
    await settled();
    expect(list().every(([, status]) => status === 'done')).toBe(true);
  });
});

it('what was classified is downloaded, and nothing else', async () => {
  await classifyFiles(await entries([61, 62]), [{ path: 'gone.png', reason: 'unreadable', details: {} }]);
  await settled();
  const [caught] = await catchDownloads(() => downloadPredictions());
  expect(caught?.fileName).toBe('predictions.csv');
  const lines = ((await caught?.file.text()) ?? '').trim().split(/\r?\n/).slice(1);
  expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual([
    ['61.png', 'wide 61'],
    ['62.png', 'wide 62'],
  ]);
});
