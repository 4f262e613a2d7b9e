/** What the app keeps on the disk, read behind its back: for what no screen shows, or not exactly. */

import { expect, type Page } from '@playwright/test';
import type { CheckpointRecord } from '../../src/domain/checkpoint.ts';
import type { Dataset } from '../../src/domain/dataset.ts';
import type { ModelRecord } from '../../src/domain/model.ts';
import type { OwnBackbone } from '../../src/domain/ownBackbone.ts';
import type { RunRecord } from '../../src/domain/runRecord.ts';

function readAll(page: Page, store: string): Promise<unknown[]> {
  return page.evaluate(
    (name) =>
      new Promise<unknown[]>((resolve, reject) => {
        const opening = indexedDB.open('headstart');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const asking = database.transaction(name).objectStore(name).getAll();
          asking.onerror = () => reject(asking.error);
          asking.onsuccess = () => {
            database.close();
            resolve(asking.result);
          };
        };
      }),
    store,
  );
}

/** The data set, once as many pictures as these are kept. */
export async function keptDataset(page: Page, pictureCount: number): Promise<Dataset> {
  let dataset: Dataset | undefined;
  await expect
    .poll(async () => {
      [dataset] = (await readAll(page, 'dataset')) as Dataset[];
      return dataset?.pictures.length;
    })
    .toBe(pictureCount);
  if (!dataset) throw new Error('the app keeps no data set');
  return dataset;
}

/** The model whose result is on the screen. @throws Error if the app keeps none */
export async function shownModel(page: Page): Promise<ModelRecord> {
  const id = decodeURIComponent(new URL(page.url()).hash.split('/').at(-1) ?? '');
  const models = (await readAll(page, 'models')) as ModelRecord[];
  const model = models.find((one) => one.id === id);
  if (!model) throw new Error(`the app keeps no model ${id}`);
  return model;
}

/** Weights that were brought. */
export async function keptBackbones(page: Page): Promise<readonly OwnBackbone[]> {
  return (await readAll(page, 'backbones')) as OwnBackbone[];
}

/** The last started first. */
export async function keptRuns(page: Page): Promise<readonly RunRecord[]> {
  const runs = (await readAll(page, 'runs')) as RunRecord[];
  return runs.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** Phase and epoch of the interrupted run; null while nothing is kept. */
export async function keptCheckpoint(
  page: Page,
): Promise<{ readonly phase: 'train' | 'fineTune'; readonly epoch: number } | null> {
  const [kept] = (await readAll(page, 'checkpoint')) as CheckpointRecord[];
  return kept ? { phase: kept.snapshot.phase ?? 'train', epoch: kept.snapshot.epoch } : null;
}

/** In how many pieces the long arrays of the checkpoint lie. */
export function keptPieces(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('headstart');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const asking = database.transaction('pieces').objectStore('pieces').getAllKeys();
          asking.onerror = () => reject(asking.error);
          asking.onsuccess = () => {
            database.close();
            resolve(
              asking.result.filter((key) => Array.isArray(key) && String(key[0]).startsWith('checkpoint'))
                .length,
            );
          };
        };
      }),
  );
}

/** How many epochs of the curve are of the head alone, and how many of fine-tuning. */
export function phaseCounts({ curve }: Pick<ModelRecord, 'curve'>): readonly [number, number] {
  const tuned = curve.filter(({ phase }) => phase === 'fineTune').length;
  return [curve.length - tuned, tuned];
}

/** Two curves of the same run: every epoch, every number within `tolerance`. */
export function expectSameCurve(
  actual: ModelRecord['curve'],
  expected: ModelRecord['curve'],
  tolerance: number,
): void {
  const named = (curve: ModelRecord['curve']) => curve.map(({ epoch, phase }) => `${epoch} ${phase ?? ''}`);
  expect(named(actual)).toEqual(named(expected));
  for (const [index, epoch] of expected.entries()) {
    for (const key of ['loss', 'accuracy', 'validationLoss', 'validationAccuracy'] as const) {
      const distance = Math.abs((actual[index]?.[key] ?? Number.NaN) - (epoch[key] ?? Number.NaN));
      expect(distance, `${key} of epoch ${epoch.epoch}`).toBeLessThanOrEqual(tolerance);
    }
  }
}
