/** The sample set that set-up has drawn: what it holds, whom to thank, and the one click that takes it. */

import { createStore } from 'zustand/vanilla';
import { AppError, toAppError } from '../../shared/errors.ts';
import { changeSplit } from './dataset.ts';
import { cancellable, failIntake, showFetching, takeFiles } from './intake.ts';
import type { SampleSummary } from './sampleSummary.ts';

/** `summary` is null until it was fetched, and stays so where set-up drew no samples. */
export const samplesStore = createStore<{ readonly summary: SampleSummary | null }>(() => ({
  summary: null,
}));

const addressOf = (file: string) => new URL(`samples/${file}`, document.baseURI);

async function fetchFile(file: string, signal: AbortSignal | null): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(addressOf(file), { signal });
  } catch (thrown) {
    const error = toAppError(thrown);
    throw error.code === 'cancelled' ? error : new AppError('samplesUnavailable', {}, { cause: thrown });
  }
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

/** Fetches the sample set and takes it like a dropped archive, each emoji kept in one split. */
export async function takeSample(looseClassName: string): Promise<void> {
  const { signal, release } = cancellable();
  try {
    const summary = await loadSampleSummary(signal);
    const response = await fetchFile(summary.archive, signal);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let loadedBytes = 0;
    if (response.body) {
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        parts.push(part.value);
        loadedBytes += part.value.byteLength;
        showFetching(loadedBytes, summary.sizeBytes);
      }
    }
    release();
    const file = new Blob(parts, { type: 'application/zip' });
    await takeFiles([{ path: summary.archive, file }], { kind: 'folders', looseClassName });
    changeSplit({ groupPattern: summary.groupPattern });
  } catch (thrown) {
    release();
    failIntake(thrown);
  }
}
