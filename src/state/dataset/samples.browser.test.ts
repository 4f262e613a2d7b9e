import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGroupKey } from '../../dataset/groups.ts';
import { emptyDataset } from '../../dataset/operations.ts';
import { drawPng, toZip } from '../../testing/fixtures/drawnFiles.ts';
import { until } from '../../testing/until.ts';
import { noticesStore } from '../shell/notices.ts';
import { datasetStore, startDataset } from './dataset.ts';
import { splitsOf } from './derived.ts';
import { cancelIntake, dismissIntakeError, type IntakeState, intakeStore } from './intake.ts';
import { loadSampleSummary, samplesStore, takeSample } from './samples.ts';

const SUMMARY = { archive: 'few.zip', sizeBytes: 0, count: 4, groupPattern: '^(.+)-.\\.png$', credits: [] };
const FEW = await toZip({
  'cats/tom-1.png': await drawPng(11),
  'cats/tom-2.png': await drawPng(12),
  'dogs/rex-1.png': await drawPng(13),
  'dogs/rex-2.png': await drawPng(14),
});

const dataset = () => datasetStore.getState().dataset;
const shown = () => intakeStore.getState();

/** Sets the address of the page, beside which the samples lie. */
function liveAt(address: string): void {
  document.querySelector('base')?.remove();
  const base = document.createElement('base');
  base.href = address;
  document.head.prepend(base);
}

/** A server that has these files and no other. */
function serveFiles(files: Readonly<Record<string, () => BodyInit>>) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: URL, { signal }: RequestInit) => {
    signal?.throwIfAborted();
    const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
    asked.push(name);
    const body = files[name];
    return body ? new Response(body()) : new Response(null, { status: 404 });
  });
  return asked;
}
const summary = (more: object = {}) => JSON.stringify({ ...SUMMARY, sizeBytes: FEW.size, ...more });

await startDataset();
const quiet = vi.spyOn(console, 'error').mockReturnValue();

beforeEach(() => {
  datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
  noticesStore.setState({ notices: [] });
  samplesStore.setState({ summary: null });
  dismissIntakeError();
  quiet.mockClear();
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.querySelector('base')?.remove();
});

describe('the sample set that set-up has drawn', () => {
  it('comes whole, and no emoji is in two splits', async () => {
    liveAt('/');
    const seen: IntakeState[] = [];
    const stop = intakeStore.subscribe((state) => seen.push(state));
    await takeSample('loose');
    stop();
    expect(shown()).toMatchObject({ phase: 'idle', error: null });
    const { count, sizeBytes, groupPattern, credits } = await loadSampleSummary();
    expect(samplesStore.getState().summary?.count).toBe(count);
    expect(credits.length).toBeGreaterThan(0);
    expect([dataset().pictures.length, dataset().skipped]).toEqual([count, []]);
    expect([dataset().name, dataset().split.groupPattern]).toEqual(['emoji', groupPattern]);
    expect(dataset().classes.map(({ name }) => name)).not.toContain('loose');

    const splits = splitsOf(dataset());
    const keyOf = createGroupKey(groupPattern);
    const splitsOfEmoji = new Map<string | null, Set<unknown>>();
    for (const { id, name } of dataset().pictures) {
      const known = splitsOfEmoji.get(keyOf(name)) ?? new Set();
      splitsOfEmoji.set(keyOf(name), known.add(splits.get(id)));
    }
    expect([...splitsOfEmoji.values()].every(({ size }) => size === 1)).toBe(true);
    expect(new Set(splits.values()).size).toBe(3);

    const phases = [...new Set(seen.map(({ phase }) => phase))];
    expect(phases.filter((phase) => phase !== 'idle')).toEqual(['fetching', 'reading']);
    const fetched = seen.filter(({ phase }) => phase === 'fetching');
    expect(fetched.at(-1)).toMatchObject({ done: sizeBytes, total: sizeBytes });
  });
});

describe('a sample set', () => {
  it('is described once, however often it is asked for', async () => {
    const asked = serveFiles({ 'samples.json': summary, 'few.zip': () => FEW });
    await loadSampleSummary();
    await loadSampleSummary();
    await takeSample('loose');
    expect(asked).toEqual(['samples.json', 'few.zip']);
    expect(dataset().pictures).toHaveLength(4);
  });

  it.each([
    ['lacks', { description: '{"archive": "few.zip"}' }],
    ['would have another address fetched', { description: summary({ archive: '../../few.zip' }) }],
    ['is no JSON', { description: '<!doctype html>' }],
  ])('is not taken when its description %s', async (_what, { description }) => {
    const asked = serveFiles({ 'samples.json': () => description, 'few.zip': () => FEW });
    await takeSample('loose');
    expect(shown()).toMatchObject({ phase: 'idle', error: { code: 'samplesUnavailable' } });
    expect([asked, samplesStore.getState().summary]).toEqual([['samples.json'], null]);
  });

  it('that is not on the server is told with the status, and asked for anew', async () => {
    // Under this address the server of the tests has no samples.
    liveAt('/__shared__/no-samples-here/');
    await takeSample('loose');
    expect(shown()).toMatchObject({
      phase: 'idle',
      error: { code: 'samplesUnavailable', details: { status: 404 } },
    });
    expect(quiet).toHaveBeenCalledOnce();
    serveFiles({ 'samples.json': summary });
    await takeSample('loose');
    expect(shown().error).toMatchObject({ code: 'samplesUnavailable', details: { status: 404 } });
    serveFiles({ 'few.zip': () => FEW });
    await takeSample('loose');
    expect(dataset().pictures).toHaveLength(4);
  });

  it('cannot be fetched without a network', async () => {
    // Nobody listens there.
    liveAt('http://127.0.0.1:9/');
    await takeSample('loose');
    expect(shown()).toMatchObject({ phase: 'idle', error: { code: 'samplesUnavailable', details: {} } });
    await expect(loadSampleSummary()).rejects.toMatchObject({ code: 'samplesUnavailable' });
  });

  it('that arrives broken is named as an archive that cannot be read', async () => {
    serveFiles({ 'samples.json': summary, 'few.zip': () => FEW.slice(0, FEW.size / 2) });
    await takeSample('loose');
    expect(shown()).toMatchObject({ phase: 'idle', error: null });
    expect(dataset().pictures).toEqual([]);
    expect(dataset().skipped).toMatchObject([{ path: 'few.zip', reason: 'archiveUnreadable' }]);
    // The person's own pictures, dropped next, are not grouped as emoji are.
    expect(dataset().split.groupPattern).toBeNull();
    expect(noticesStore.getState().notices).toMatchObject([{ messageKey: 'dataset:intake.added.skipped' }]);
  });

  it('shows how much of it has come, and stops without a word when cancelled', async () => {
    let isDropped = false;
    const firstHalf = await FEW.slice(0, 100).bytes();
    const halting = () =>
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(firstHalf),
        cancel: () => {
          isDropped = true;
        },
      });
    const body = halting();
    vi.stubGlobal('fetch', async (url: URL, { signal }: RequestInit) => {
      if (url.pathname.endsWith('.json')) return new Response(summary());
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      body.pipeTo(writable, signal ? { signal } : {}).catch(() => undefined);
      return new Response(readable);
    });
    const taking = takeSample('loose');
    await until(() =>
      expect(shown()).toMatchObject({ phase: 'fetching', done: 100, total: FEW.size, remainingMs: null }),
    );
    cancelIntake();
    await taking;
    expect(isDropped).toBe(true);
    expect(shown()).toEqual({ phase: 'idle', done: 0, total: 0, remainingMs: null, error: null });
    expect([dataset().pictures, noticesStore.getState().notices]).toEqual([[], []]);
  });

  it('that the connection loses halfway is told, and nothing of it is taken', async () => {
    serveFiles({
      'samples.json': summary,
      'few.zip': () =>
        new ReadableStream({
          start(controller) {
            controller.enqueue(new Uint8Array(10));
            setTimeout(() => controller.error(new TypeError('network error')), 20);
          },
        }),
    });
    await takeSample('loose');
    expect(shown()).toMatchObject({ phase: 'idle', error: { code: 'samplesUnavailable' } });
    expect(dataset()).toEqual(emptyDataset(''));
  });
});
