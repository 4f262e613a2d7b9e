/** Which pictures cannot be read or have gone, found out by reading them: where no features are computed beforehand nothing else tells. */
import type { ContentHash } from '../../domain/picture.ts';
import type { Colours } from '../../domain/trainSettings.ts';
import type { ReadableArgs, ReadableResult } from '../../rpc/engineApi.ts';
import type { ExtractProgress } from '../../rpc/featureCalls.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import { openPictureFiles } from './pictureFiles.ts';
import { readPixels } from './readPixels.ts';
import type { Session } from './session.ts';

const REPORT_EVERY_MS = 250;

interface JobContext {
  readonly onProgress: (progress: ExtractProgress) => void;
  readonly signal: AbortSignal;
  readonly pauseGate?: PauseGate;
}

const COLOURS = 3;
/** Of a colour that never changes: nothing is divided by less. */
const LEAST_DEVIATION = 1;

/** Gathers pixels, and tells their mean and deviation; null of none. */
function createColourMeter() {
  const [sums, squares] = [new Float64Array(COLOURS), new Float64Array(COLOURS)];
  let count = 0;
  return {
    /** @param pixels `[height, width, 3]`, 0–255 */
    add(pixels: Float32Array | Uint8Array) {
      for (let at = 0; at < pixels.length; at++) {
        const [colour, value] = [at % COLOURS, pixels[at] as number];
        sums[colour] = (sums[colour] as number) + value;
        squares[colour] = (squares[colour] as number) + value * value;
      }
      count += pixels.length / COLOURS;
    },
    colours(): Colours | null {
      if (count === 0) return null;
      const mean = Array.from(sums, (sum) => sum / count);
      const deviation = Array.from(squares, (sum, colour) => {
        const variance = sum / count - (mean[colour] ?? 0) ** 2;
        return Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, variance)));
      });
      return { mean, deviation };
    },
  };
}

/**
 * @param session of `freshSessionOf`
 * @returns with them the colours of those pictures that were to be measured
 * @throws AppError `cancelled`, `workerDied`
 */
export async function findUnreadable(
  session: Session,
  { pictures, measured = [] }: Omit<ReadableArgs, 'network'>,
  { onProgress, signal, pauseGate }: JobContext,
): Promise<ReadableResult> {
  const { ownInput } = session;
  if (!ownInput) throw new Error('a session over a backbone that knows something');
  const isMeasured = new Set(measured);
  const meter = createColourMeter();
  const activeMs = () => performance.now() - (pauseGate?.pausedMs ?? 0);
  const startMs = activeMs();
  const total = pictures.length;
  const failed: ContentHash[] = [];
  let done = 0;
  let lastMs = startMs;
  const count = () => {
    done += 1;
    if (activeMs() - lastMs < REPORT_EVERY_MS && done < total) return;
    lastMs = activeMs();
    const msPerPicture = (lastMs - startMs) / done;
    onProgress({
      ...{ done, total, reused: 0 },
      picturesPerSecond: 1000 / msPerPicture,
      remainingMs: (total - done) * msPerPicture,
    });
  };
  const fail = (hash: ContentHash) => {
    failed.push(hash);
    count();
  };
  const hashes = pictures.map(({ hash }) => hash);
  await readPixels(session, ownInput, openPictureFiles(pictures), hashes, {
    onPicture(hash, pixels) {
      if (!pixels) return fail(hash);
      if (isMeasured.has(hash)) meter.add(pixels);
      count();
    },
    onMissing: fail,
    ...{ signal, gate: pauseGate },
  });
  return { failed, colours: meter.colours() };
}
