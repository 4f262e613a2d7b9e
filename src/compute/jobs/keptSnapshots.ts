/**
 * Snapshots of a run on their way to the disk and back, by the engine itself: those of a second phase are hundreds of
 * megabytes, which need not pass through the page.
 */
import { type CheckpointRun, type TrainSnapshot, toFacts } from '../../domain/checkpoint.ts';
import type { KeptSnapshot, SnapshotProgress, TrainArgs, TrainProgress } from '../../rpc/trainingCalls.ts';
import { AppError, toSerializedError } from '../../shared/errors.ts';
import { loadCheckpoint, saveCheckpoint } from '../../storage/storedCheckpoint.ts';
import type { TrainHeadContext } from '../training/runState.ts';

/**
 * What a call goes on from.
 * @throws AppError `notFound` where the checkpoint is that of another run by now; recordUnreadable, storageUnavailable
 */
export async function snapshotOf({
  resumeFrom,
}: Pick<TrainArgs, 'resumeFrom'>): Promise<TrainSnapshot | null> {
  return resumeFrom && 'keptOf' in resumeFrom ? readKept(resumeFrom) : resumeFrom;
}

/** @throws as `snapshotOf` */
export async function readKept({ keptOf }: KeptSnapshot): Promise<TrainSnapshot> {
  const kept = await loadCheckpoint();
  if (kept?.startedAt !== keptOf) throw new AppError('notFound');
  return kept.snapshot;
}

/**
 * Where the loop's snapshots go: to the disk, and to the page where that fails or is not to be. A write goes on behind the
 * learning; the next snapshot waits for it.
 */
export function keepingSnapshots(
  run: CheckpointRun | null,
  onProgress: (progress: TrainProgress) => void,
): Pick<TrainHeadContext, 'onProgress' | 'readyForSnapshot'> {
  let writing: Promise<void> = Promise.resolve();
  const inMemory = (snapshot: TrainSnapshot, error: SnapshotProgress['error']) =>
    onProgress({ kind: 'snapshot', facts: toFacts(snapshot), snapshot, error });
  async function write(snapshot: TrainSnapshot): Promise<void> {
    if (!run) return inMemory(snapshot, null);
    try {
      const savedAt = new Date().toISOString();
      // Where another run has the right to it by now, nobody waits for this one any more.
      if (!(await saveCheckpoint({ ...run, savedAt, snapshot }))) return;
      onProgress({ kind: 'snapshot', facts: toFacts(snapshot), snapshot: null, error: null });
    } catch (thrown) {
      console.warn('a snapshot stays in memory', thrown);
      inMemory(snapshot, toSerializedError(thrown));
    }
  }
  return {
    onProgress(progress) {
      if (progress.kind === 'snapshot') writing = writing.then(() => write(progress.snapshot));
      else onProgress(progress);
    },
    readyForSnapshot: () => writing,
  };
}
