/** Which pictures cannot be read, found out by reading them: where no features are computed beforehand nothing else tells. */
import type { ContentHash } from '../../domain/picture.ts';
import type { ExtractProgress, PictureRef } from '../../rpc/featureCalls.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';
import { targetOf } from './trainedPart.ts';

const REPORT_EVERY_MS = 250;

interface JobContext {
  readonly onProgress: (progress: ExtractProgress) => void;
  readonly signal: AbortSignal;
  readonly pauseGate?: PauseGate;
}

/** @param session of `freshSessionOf` @throws AppError `cancelled`, `workerDied` */
export async function findUnreadable(
  session: Session,
  { pictures }: { readonly pictures: readonly PictureRef[] },
  { onProgress, signal, pauseGate }: JobContext,
): Promise<{ readonly failed: readonly ContentHash[] }> {
  const target = targetOf(session, { nodes: session.plan.nodes }, 'float32');
  const activeMs = () => performance.now() - (pauseGate?.pausedMs ?? 0);
  const startMs = activeMs();
  const total = pictures.length;
  const failed: ContentHash[] = [];
  let done = 0;
  let lastMs = startMs;
  await withTarget(session, target, () =>
    session.pool.extract({
      count: total,
      open: (index) => (pictures[index] as PictureRef).blob,
      onPicture: ({ index, features }) => {
        done += 1;
        if (!features) failed.push((pictures[index] as PictureRef).hash);
        if (activeMs() - lastMs < REPORT_EVERY_MS && done < total) return;
        lastMs = activeMs();
        const msPerPicture = (lastMs - startMs) / done;
        onProgress({
          ...{ done, total, reused: 0 },
          picturesPerSecond: 1000 / msPerPicture,
          remainingMs: (total - done) * msPerPicture,
        });
      },
      target,
      signal,
      ...(pauseGate ? { gate: pauseGate } : {}),
    }),
  );
  return { failed };
}
