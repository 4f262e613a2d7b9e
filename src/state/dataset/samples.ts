/** The sample set that set-up has drawn: what it holds, whom to thank, and the one click that takes it. */

import { createStore } from 'zustand/vanilla';
import { AppError, toAppError } from '../../shared/errors.ts';
import { cancellable, failIntake, showFetching, takeFiles } from './intake.ts';
import type { SampleSummary } from './sampleSummary.ts';

/** `summary` is null until it was fetched, and stays so where set-up drew no samples. */
export const samplesStore = createStore<{ readonly summary: SampleSummary | null }>(() => ({
  summary: null,
}));

const addressOf = (file: string) => new URL(`samples/${file}`, document.baseURI);

/** A connection may break before the answer or in its middle. @throws AppError samplesUnavailable, cancelled */
async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = toAppError(thrown);
    throw error.code === 'cancelled' ? error : new AppError('samplesUnavailable', {}, { cause: thrown });
  }
}

async function fetchFile(file: string, signal: AbortSignal | null): Promise<Response> {
  const response = await orUnavailable(() => fetch(addressOf(file), { signal }));
  if (!response.ok) throw new AppError('samplesUnavailable', { status: response.status });
  return response;
}

/** Reads what the sample set is. @throws AppError samplesUnavailable */
export async function loadSampleSummary(signal: AbortSignal | null = null): Promise<SampleSummary> {
  const known = samplesStore.getState().summary;
  if (known) return known;
  const response = await fetchFile('samples.json', signal);
  try {
    const { parseSampleSummary } = await import('./sampleSummary.ts');
    const summary = parseSampleSummary(await response.json());
    samplesStore.setState({ summary });
    return summary;
  } catch (thrown) {
    throw new AppError('samplesUnavailable', {}, { cause: thrown });
  }
}

/** The bytes of an answer, shown as they come. @param totalBytes as the summary says */
async function readBody({ body }: Response, totalBytes: number): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let loadedBytes = 0;
  if (!body) return parts;
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    loadedBytes += part.value.byteLength;
    showFetching(loadedBytes, totalBytes);
  }
  return parts;
}

/** Fetches the sample set and takes it like a dropped archive, each emoji kept in one split. */
export async function takeSample(looseClassName: string): Promise<void> {
  const { signal, release } = cancellable();
  try {
    const summary = await loadSampleSummary(signal);
    const response = await fetchFile(summary.archive, signal);
    const parts = await orUnavailable(() => readBody(response, summary.sizeBytes));
    release();
    const file = new Blob(parts, { type: 'application/zip' });
    // In the same step as the pictures, and for them only: the person's own keep the split that they have.
    const { groupPattern } = summary;
    await takeFiles([{ path: summary.archive, file }], { kind: 'folders', looseClassName, groupPattern });
  } catch (thrown) {
    release();
    failIntake(thrown);
  }
}
