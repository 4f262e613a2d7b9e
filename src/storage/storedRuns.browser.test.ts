import { afterEach, describe, expect, it } from 'vitest';
import { sampleRun } from '../testing/storage/records.ts';
import { inTransaction } from './database.ts';
import { deleteRun, listRuns, saveRun } from './storedRuns.ts';

// Other test files use the same database at the same time: each keeps to its own ids.
const IDS = ['runs-test-1', 'runs-test-2', 'runs-test-3'] as const;

afterEach(async () => {
  for (const id of IDS) await deleteRun(id);
});

async function listOurs() {
  return (await listRuns()).filter(({ id }) => (IDS as readonly string[]).includes(id));
}

describe('runs', () => {
  it('come back as they were saved, the last started first', async () => {
    const first = { ...sampleRun(IDS[0], '2026-01-01T00:00:00.000Z'), stopReason: 'cancelled' as const };
    const last = { ...sampleRun(IDS[1], '2026-01-03T00:00:00.000Z'), arithmetic: 'int8' as const };
    const middle = { ...sampleRun(IDS[2], '2026-01-02T00:00:00.000Z'), startedFrom: '猫' };
    for (const run of [first, last, middle]) await saveRun(run);
    expect(await listOurs()).toEqual([last, middle, first]);
  });

  it('of earlier versions come with the names of today', async () => {
    const run = sampleRun(IDS[0], '2026-01-01T00:00:00.000Z');
    const { warmupFraction, ...settings } = run.settings;
    const older = {
      ...run,
      settings: { ...settings, warmupShare: warmupFraction },
      data: { ...run.data, splitSource: 'shares' },
    };
    await inTransaction(['runs'], 'readwrite', ({ store }) => store.put(older as unknown as typeof run));
    expect(await listOurs()).toEqual([run]);
  });

  it('are deleted, and put back', async () => {
    const run = sampleRun(IDS[0], '2026-01-01T00:00:00.000Z');
    await saveRun(run);
    await deleteRun(run.id);
    expect(await listOurs()).toEqual([]);
    await deleteRun(run.id);
    await saveRun(run);
    expect(await listOurs()).toEqual([run]);
  });

  it('that cannot be stored say so and leave nothing', async () => {
    const run = sampleRun(IDS[0], '2026-01-01T00:00:00.000Z');
    const broken = { ...run, curve: (() => 'no') as unknown as typeof run.curve };
    await expect(saveRun(broken)).rejects.toMatchObject({ code: 'storageUnavailable' });
    expect(await listOurs()).toEqual([]);
  });
});
