/** Tells how far the trying out of what was learned is, once it has taken long enough to be worth a word. */
import type { ExtractProgress } from '../../rpc/featureCalls.ts';

/** What is over sooner needs no bar. */
const QUIET_MS = 1000;
const REPORT_EVERY_MS = 250;

/** @param total rows in all. @returns to be told how many are done */
export function createMeasuringMeter(
  total: number,
  onProgress: (progress: { readonly kind: 'measuring'; readonly extract: ExtractProgress }) => void,
): (done: number) => void {
  const startMs = performance.now();
  let nextMs = startMs + QUIET_MS;
  return (done) => {
    const nowMs = performance.now();
    if (nowMs < nextMs || done === 0) return;
    nextMs = nowMs + REPORT_EVERY_MS;
    const msPerRow = (nowMs - startMs) / done;
    const extract = { done, total, reused: 0, picturesPerSecond: 1000 / msPerRow, isMeasuring: true };
    onProgress({ kind: 'measuring', extract: { ...extract, remainingMs: (total - done) * msPerRow } });
  };
}
