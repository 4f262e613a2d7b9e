import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { deleteRun, listRuns } from '../../storage/storedRuns.ts';
import { noticesStore } from '../shell/notices.ts';
import { deleteKeptRun, type EndedRun, keepRun, loadRuns, runsStore, toggleRun } from './runs.ts';

// Other test files use the same database at the same time: each keeps to its own runs.
const NAME = 'state-runs-test';

const ended: EndedRun = {
  startedAt: '2026-01-01T00:00:00.000Z',
  elapsedMs: 500,
  settings: DEFAULT_TRAIN_SETTINGS,
  curve: [
    { epoch: 1, loss: 1, accuracy: 0.5, validationLoss: null, validationAccuracy: null, elapsedMs: 500 },
  ],
  bestEpoch: 1,
  stopReason: 'cancelled',
  data: { name: NAME, counts: [], seed: 1, splitSource: 'fractions' },
  arithmetic: 'float32',
};

async function listOurs() {
  return (await listRuns()).filter(({ data }) => data.name === NAME);
}

afterEach(async () => {
  for (const { id } of await listOurs()) await deleteRun(id);
});

describe('a run that became no model', () => {
  it('is kept without one', async () => {
    await keepRun(ended);
    expect(await listOurs()).toEqual([
      {
        ...ended,
        id: expect.any(String) as string,
        modelId: null,
        metrics: { validation: null, test: null },
      },
    ]);
  });

  it('is kept when it got out of hand before its first epoch ended, but not when it was cancelled then', async () => {
    const early = { ...ended, curve: [], bestEpoch: null };
    await keepRun(early);
    expect(await listOurs()).toEqual([]);
    await keepRun({ ...early, stopReason: 'notFinite' });
    expect(await listOurs()).toMatchObject([{ stopReason: 'notFinite', bestEpoch: 0 }]);
  });

  it('goes, with its place beside others, and comes back by undo', async () => {
    await keepRun(ended);
    await loadRuns();
    const [run] = await listOurs();
    const id = run?.id ?? '';
    toggleRun(id);
    expect(runsStore.getState().chosen).toHaveProperty(id);
    await deleteKeptRun(id);
    expect(await listOurs()).toEqual([]);
    expect(runsStore.getState().chosen).not.toHaveProperty(id);
    const notice = noticesStore.getState().notices.at(-1);
    if (notice?.error !== null) throw new Error('no notice');
    notice.action?.run();
    await expect.poll(listOurs).toEqual([run]);
    await expect.poll(() => runsStore.getState().runs.some((kept) => kept.id === id)).toBe(true);
  });
});
