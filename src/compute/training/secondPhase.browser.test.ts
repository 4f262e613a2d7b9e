import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import { createPart, DROPOUT_PART } from '../../testing/training/fineTunedParts.ts';
import {
  collect,
  contextOf,
  expectSameEnd,
  first,
  ofFineTuned,
  STEPS,
  settings,
  slowed,
} from '../../testing/training/runs.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';
import { trainHead } from './train.ts';

describe('a second phase', () => {
  beforeAll(async () => {
    await activateBackend('wasm');
  });

  it('that does better counts on, and takes its best weights', async () => {
    const { curve, bestEpoch, head, stopReason } = await trainHead(ofFineTuned(), contextOf());
    expect(curve.slice(0, 2)).toEqual(first);
    expect(curve.slice(2).map(({ epoch, phase }) => [epoch, phase])).toEqual([
      [3, 'fineTune'],
      [4, 'fineTune'],
      [5, 'fineTune'],
    ]);
    expect(curve[2]?.elapsedMs).toBeGreaterThan(2000);
    expect(stopReason).toBe('allEpochs');
    expect(bestEpoch).toBeGreaterThan(2);
    expect(head.weights).not.toEqual(createPart(DROPOUT_PART).weights);
  });

  it('that does worse keeps what the first one had, and loses patience by itself', async () => {
    const args = ofFineTuned();
    const wild: TrainSettings = {
      ...settings,
      ...{ schedule: 'constant', learningRate: 30, epochs: 9, earlyStoppingPatience: 2 },
    };
    const { snapshots, onProgress } = collect();
    const after = { curve: first, bestEpoch: 1 };
    const result = await trainHead(
      { ...args, settings: wild, after, snapshotEveryMs: 0 },
      contextOf({ onProgress }),
    );
    expect([result.bestEpoch, result.stopReason, result.curve.length]).toEqual([1, 'earlyStopping', 4]);
    expect(result.head.weights).toEqual(createPart(DROPOUT_PART).weights);
    const alone = await trainHead({ ...args, settings: { ...settings, epochs: 0 } }, contextOf());
    expect(result.testProbabilities).toEqual(alone.testProbabilities);
    const atEnds = snapshots.filter(({ running }) => !running);
    expect(atEnds.map(({ epoch, phase }) => [epoch, phase])).toEqual([
      [2, 'fineTune'],
      [3, 'fineTune'],
      [4, 'fineTune'],
    ]);
    // What was interrupted after its last epoch is over.
    for (const resumeFrom of snapshots) {
      expectSameEnd(
        await trainHead({ ...args, settings: wild, after, resumeFrom }, contextOf()),
        result,
        1e-6,
      );
    }
  });

  it('that is stopped in its first epoch leaves all as the first one had it', async () => {
    const finish = new AbortController();
    let steps = 0;
    const args = slowed(ofFineTuned(), (count) => {
      steps = count;
      if (count === 2) finish.abort();
    });
    const { snapshots, onProgress } = collect();
    const result = await trainHead(args, contextOf({ onProgress, finishSignal: finish.signal }));
    expect([result.stopReason, steps, result.bestEpoch]).toEqual(['finishedByPerson', 2, 2]);
    expect(result.curve).toEqual(first);
    expect(result.head.weights).toEqual(createPart(DROPOUT_PART).weights);
    // Taken up again from where the phase began, and stopped at once: not a step of it.
    const [resumeFrom = null] = snapshots;
    steps = 0;
    const again = await trainHead({ ...args, resumeFrom }, contextOf({ finishSignal: finish.signal }));
    expect([again.stopReason, steps, again.curve]).toEqual(['finishedByPerson', 0, first]);
    expect(again.head.weights).toEqual(createPart(DROPOUT_PART).weights);
  });

  it('can be stopped in the middle of a later epoch, and gives what it has until then', async () => {
    const finish = new AbortController();
    let steps = 0;
    const args = slowed(ofFineTuned(), (count) => {
      steps = count;
      if (count === STEPS + 2) finish.abort();
    });
    const result = await trainHead(args, contextOf({ finishSignal: finish.signal }));
    expect([result.stopReason, steps, result.curve.length]).toEqual(['finishedByPerson', STEPS + 2, 4]);
    const last = result.curve.at(-1);
    expect(last).toMatchObject({ epoch: 4, phase: 'fineTune' });
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((right) => right / 10)).toContain(last?.accuracy);
    expect(Number.isFinite(last?.loss) && Number.isFinite(last?.validationLoss)).toBe(true);
  });
});
