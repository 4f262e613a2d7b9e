import { afterEach, describe, expect, it } from 'vitest';
import type { Network } from '../network/network.ts';
import { sampleRun, sampleStoredModel } from '../testing/storage/records.ts';
import { inTransaction } from './database.ts';
import { deleteModel, getModel, listModels, renameModel, saveModel } from './storedModels.ts';
import { deleteRun, listRuns } from './storedRuns.ts';

// Other test files use the same database at the same time: each keeps to its own ids.
const ID = 'models-test';
const OTHER = 'models-test-other';

afterEach(async () => {
  await deleteModel(ID);
  await deleteModel(OTHER);
});

async function listOurs() {
  return (await listModels()).filter(({ id }) => id === ID || id === OTHER);
}

describe('models', () => {
  it('come back as they were saved', async () => {
    const model = sampleStoredModel(ID, 1);
    await saveModel(model.record, model.head);
    expect(await getModel(ID)).toEqual(model);
    expect(model.record.sizeBytes).toBe(16);
  });

  it('are listed without their weights, the last saved first', async () => {
    for (const { record, head } of [sampleStoredModel(ID, 1), sampleStoredModel(OTHER, 2)])
      await saveModel(record, head);
    expect((await listOurs()).map(({ id }) => id)).toEqual([OTHER, ID]);
  });

  it('of earlier versions come with the names of today, also once they were renamed', async () => {
    const { record, head } = sampleStoredModel(ID, 1);
    const { cropFraction, ...resize } = record.backbone.resize;
    const backbone = { ...record.backbone, resize: { ...resize, cropShare: cropFraction } };
    await inTransaction(['models', 'heads'], 'readwrite', async (transaction) => {
      await transaction.objectStore('models').put({ ...record, backbone } as unknown as typeof record);
      await transaction.objectStore('heads').put(head, ID);
    });
    expect((await getModel(ID)).record).toEqual(record);
    expect(await listOurs()).toEqual([record]);
    expect((await renameModel(ID, record.name, new Date(record.updatedAt))).backbone).toEqual(
      record.backbone,
    );
  });

  it('are replaced, renamed and deleted', async () => {
    for (const { record, head } of [sampleStoredModel(ID, 1), sampleStoredModel(ID, 2)])
      await saveModel(record, head);
    expect(await getModel(ID)).toEqual(sampleStoredModel(ID, 2));
    const now = new Date('2026-02-02T00:00:00.000Z');
    await renameModel(ID, '<b>猫</b>', now);
    const { record, head } = await getModel(ID);
    expect(record).toEqual({
      ...sampleStoredModel(ID, 2).record,
      name: '<b>猫</b>',
      updatedAt: now.toISOString(),
    });
    expect(head).toEqual(sampleStoredModel(ID, 2).head);
    await deleteModel(ID);
    expect(await listOurs()).toEqual([]);
    await expect(getModel(ID)).rejects.toMatchObject({ code: 'notFound' });
    await expect(renameModel(ID, 'x', now)).rejects.toMatchObject({ code: 'notFound' });
  });
});

describe('a model and the run it came from', () => {
  const ours = async () => (await listRuns()).filter(({ modelId }) => modelId === ID);
  const run = { ...sampleRun(`${ID}-run`, '2026-01-01T00:00:00.000Z'), modelId: ID };

  it('are saved together', async () => {
    const { record, head } = sampleStoredModel(ID, 1);
    await saveModel(record, head, run);
    expect(await getModel(ID)).toEqual({ record, head });
    expect(await ours()).toEqual([run]);
    await deleteRun(run.id);
  });

  it('are both missing when the run cannot be saved', async () => {
    const { record, head } = sampleStoredModel(ID, 1);
    const broken = { ...run, startedAt: (() => 'no') as unknown as string };
    await expect(saveModel(record, head, broken)).rejects.toMatchObject({ code: 'storageUnavailable' });
    expect(await listOurs()).toEqual([]);
    expect(await ours()).toEqual([]);
  });
});

/** A busy machine may need so long to save anything at all. */
const WHERE_BUSY_MS = [100, 200, 400, 800, 1600, 3200];

describe('a save that does not end', () => {
  it('leaves the old state when its second half fails', async () => {
    const old = sampleStoredModel(ID, 1);
    await saveModel(old.record, old.head);
    const next = sampleStoredModel(ID, 2);
    // A function cannot be stored, so the head fails after the record was written.
    const broken = { ...next.head, name: () => 'no' } as unknown as Network;
    await expect(saveModel(next.record, broken)).rejects.toMatchObject({ code: 'storageUnavailable' });
    expect(await getModel(ID)).toEqual(old);
  });

  it('leaves nothing of a new model', async () => {
    const { record, head } = sampleStoredModel(ID, 1);
    const broken = { ...head, name: () => 'no' } as unknown as Network;
    await expect(saveModel(record, broken)).rejects.toMatchObject({ code: 'storageUnavailable' });
    expect(await listOurs()).toEqual([]);
  });

  it('leaves the old state or the new one when its thread dies, never half', async () => {
    const old = sampleStoredModel(ID, 1);
    await saveModel(old.record, old.head);
    const seen = new Set<number>();
    for (const delayMs of [0, 1, 2, 4, 8, 12, 16, 24, 32, 48, ...WHERE_BUSY_MS]) {
      if (WHERE_BUSY_MS.includes(delayMs) && seen.size > 1) continue;
      const worker = new Worker(new URL('../testing/storage/saveForever.worker.ts', import.meta.url), {
        type: 'module',
      });
      const version = await new Promise<number>((resolve) => {
        worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
        worker.postMessage(ID);
      });
      expect(version).toBe(2);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      worker.terminate();
      const { record, head } = await getModel(ID);
      const values = head.weights['logits/kernel']?.values ?? new Float32Array();
      const saved = Number(record.name.replace('model ', ''));
      expect(head.name).toBe(`head ${saved}`);
      expect(values.every((value) => value === saved)).toBe(true);
      expect(record.sizeBytes).toBe(values.byteLength);
      seen.add(saved);
    }
    // The delays must have caught both sides, or this showed nothing.
    expect(seen.size).toBeGreaterThan(1);
  });
});
