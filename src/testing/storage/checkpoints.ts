/** Checkpoints for tests: whole ones of a small run, and the leaving of one as a run that was interrupted does. */
import type { CheckpointRecord } from '../../domain/checkpoint.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { claimCheckpoint, saveCheckpoint } from '../../storage/storedCheckpoint.ts';
import { sampleStoredModel } from './records.ts';

/** @param weightCount of its head, and of what the optimiser remembers */
export function sampleCheckpoint(startedAt: string, epoch: number, weightCount = 4): CheckpointRecord {
  const { head } = sampleStoredModel('unused', epoch, weightCount);
  return {
    startedAt,
    savedAt: '2026-01-01T01:00:00.000Z',
    data: { name: 'pets', counts: [], seed: 1, splitSource: 'fractions' },
    classNames: ['cat', 'dog'],
    examples: [{ hash: 'h', classIndex: 1, split: 'train' }],
    settings: DEFAULT_TRAIN_SETTINGS,
    arithmetic: 'int8',
    plannedEpochs: 40,
    snapshot: {
      epoch,
      curve: [],
      head,
      bestHead: head,
      bestEpoch: epoch,
      optimizerState: { 'logits/kernel|m': new Float32Array(weightCount).fill(-1e-30) },
      optimizerSteps: 3,
      randomState: 4_000_000_000,
    },
  };
}

/** As a run leaves it whose tab has gone. */
export async function leaveCheckpoint(checkpoint: CheckpointRecord): Promise<void> {
  await claimCheckpoint(checkpoint.startedAt);
  if (!(await saveCheckpoint(checkpoint))) throw new Error('another run has taken the place');
}
