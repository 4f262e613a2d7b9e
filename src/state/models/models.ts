/** The kept models: the list, and everything a person does with one. The only writer of the model stores. */

import { createStore } from 'zustand/vanilla';
import type { StopReason } from '../../domain/curve.ts';
import {
  freshNetworkOf,
  type ModelDescription,
  type ModelRecord,
  type StoredModel,
} from '../../domain/model.ts';
import { DEFAULT_EXPORT, type ExportOptions } from '../../domain/modelExport.ts';
import { titleOfBackbone } from '../../domain/networkTitle.ts';
import type { RunRecord } from '../../domain/runRecord.ts';
import { FORMAT_LIST } from '../../formats/formatList.ts';
import type { Network } from '../../network/network.ts';
import { type AppError, toAppError } from '../../shared/errors.ts';
import { createRandomId } from '../../shared/randomId.ts';
import { askPersistent } from '../../storage/quota.ts';
import {
  createModelRecord,
  deleteModel,
  describeModel,
  getModel,
  listModels,
  readModels,
  renameModel,
  saveModel,
} from '../../storage/storedModels.ts';
import { asUnreadable } from '../../storage/versionedRecord.ts';
import { engineCall } from '../engine/engine.ts';
import { partFor } from '../engine/engineControl.ts';
import { notify, notifyError } from '../shell/notices.ts';
import { turnToBackboneOf, turnToWeightsOf } from '../training/backboneInUse.ts';
import { downloadFile } from './download.ts';
import { testPicturesOf } from './testPictures.ts';

/** A model file on its way in or out. */
export interface Transfer {
  readonly kind: 'import' | 'export';
  readonly name: string;
  readonly doneFraction: number;
}

export interface ModelsState {
  readonly status: 'idle' | 'loading' | 'ready' | 'failed';
  /** The last saved first. */
  readonly models: readonly ModelRecord[];
  readonly error: AppError | null;
  readonly transfer: Transfer | null;
  /** Why the last import or export failed. */
  readonly transferError: AppError | null;
  /** Models that lie here and cannot be read; they are left as they are. */
  readonly unreadableCount: number;
}

/** What a training run ends with. */
export interface TrainedModel {
  readonly description: ModelDescription;
  readonly head: Network;
  readonly stopReason: StopReason;
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** The name of the model that it went on from, if it did. */
  readonly startedFrom?: string | undefined;
}

export const modelsStore = createStore<ModelsState>()(() => ({
  status: 'idle',
  models: [],
  error: null,
  transfer: null,
  transferError: null,
  unreadableCount: 0,
}));

let cancel = new AbortController();

/** Reads the list. Errors end in the store. */
export async function loadModels(): Promise<void> {
  if (modelsStore.getState().status !== 'ready') modelsStore.setState({ status: 'loading' });
  try {
    const { records, unreadable } = await readModels();
    const unreadableCount = unreadable.length;
    modelsStore.setState({ status: 'ready', models: records, unreadableCount, error: null });
  } catch (thrown) {
    modelsStore.setState({ status: 'failed', error: toAppError(thrown) });
  }
}

/** One model with its weights. @throws AppError notFound, storageUnavailable, storageBlocked */
export function loadModel(id: string): Promise<StoredModel> {
  return getModel(id);
}

/**
 * Saves what a run ended with, as a model and as a run, and asks the browser not to clear it.
 * @returns the model's id
 * @throws AppError storageFull, storageUnavailable, storageBlocked
 */
export async function keepTrainedModel(trained: TrainedModel): Promise<string> {
  const { description, head, stopReason, startedAt, elapsedMs, startedFrom } = trained;
  const { settings, curve, bestEpoch, metrics, data, arithmetic } = description;
  const names = (await listModels()).map(({ name }) => name);
  const named = { ...description, name: freeName(description.name, names) };
  const modelId = createRandomId();
  await keep(modelId, named, head, {
    id: createRandomId(),
    ...{ modelId, startedAt, elapsedMs, settings, curve, bestEpoch, stopReason, metrics, data },
    ...{ arithmetic, startedFrom },
    ...(settings.fromScratch ? { networkTitle: titleOfBackbone(description.backbone) } : {}),
  });
  await loadModels();
  return modelId;
}

/** The same of a model that came of no run. @returns its id @throws as `keepTrainedModel` */
export async function keepJoinedModel(description: ModelDescription, head: Network): Promise<string> {
  const names = (await listModels()).map(({ name }) => name);
  const modelId = createRandomId();
  await keep(modelId, { ...description, name: freeName(description.name, names) }, head);
  await loadModels();
  return modelId;
}

/** The name, or with the first number behind it that none of the others has: two runs may end in one minute. */
export function freeName(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name} (${number})`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** @throws AppError of the storage */
export async function renameKeptModel(id: string, name: string): Promise<void> {
  await renameModel(id, name, new Date());
  await loadModels();
}

/** Puts what is known of a model in exact arithmetic into its record. @throws AppError of the storage */
export async function keepExactCheck(
  id: string,
  known: Pick<ModelDescription, 'exactCheck' | 'exactMetrics'>,
): Promise<void> {
  await describeModel(id, known);
  await loadModels();
}

/** Deletes a model and offers to undo it. @throws AppError of the storage */
export async function deleteKeptModel(id: string): Promise<void> {
  const kept = await getModel(id).catch((thrown: unknown) => {
    // One that cannot be read can go all the same; there is nothing that an undo could bring back.
    if (asUnreadable('head', thrown)) return null;
    throw thrown;
  });
  await deleteModel(id);
  await loadModels();
  if (!kept) return;
  const { record, head } = kept;
  const restore = () => saveModel(record, head).then(loadModels);
  notify({
    kind: 'info',
    messageKey: 'models:deleted',
    values: { name: record.name },
    action: { labelKey: 'app:action.undo', run: () => void restore().catch(notifyError) },
  });
}

/** The formats that can be written, as the page shows them. */
export const EXPORT_FORMATS = FORMAT_LIST;

export interface ExportChoices extends ExportOptions {
  /** Pictures of the data set go along; else drawn ones, by which the file can be checked as well. */
  readonly hasOwnPictures: boolean;
}

export const DEFAULT_CHOICES: ExportChoices = { ...DEFAULT_EXPORT, hasOwnPictures: true };

/** Writes a model file and hands it to the downloads. Errors end in the store. */
export async function exportKeptModel(id: string, choices: ExportChoices = DEFAULT_CHOICES): Promise<void> {
  await exportModel(async () => {
    const { record, head } = await getModel(id);
    const { id: _id, updatedAt: _updatedAt, sizeBytes: _sizeBytes, ...description } = record;
    return { description, head };
  }, choices);
}

/** The same of one that could not be kept here, with no picture that nobody was asked for. @returns whether it went to the downloads */
export function exportTrainedModel(trained: TrainedModel): Promise<boolean> {
  return exportModel(async () => trained, { ...DEFAULT_CHOICES, hasOwnPictures: false });
}

async function exportModel(
  load: () => Promise<Pick<TrainedModel, 'description' | 'head'>>,
  { hasOwnPictures, ...options }: ExportChoices,
): Promise<boolean> {
  const isOut = await transfer('export', '', async (onProgress) => {
    const { description, head } = await load();
    const { signal } = cancel;
    const pictures = hasOwnPictures ? await testPicturesOf(description, signal) : [];
    await turnToBackboneOf(description.backbone);
    modelsStore.setState({ transfer: { kind: 'export', name: description.name, doneFraction: 0 } });
    const { file, fileName } = await engineCall(
      'exportModel',
      () => ({ options, description, head, pictures }),
      { signal, onProgress, part: partFor(freshNetworkOf(description.backbone)) },
    );
    downloadFile(file, fileName);
    return true;
  });
  return isOut ?? false;
}

/** Reads a model file and keeps the model. Errors end in the store. @returns the new model's id, or null */
export async function importModelFile(file: Blob, fileName: string): Promise<string | null> {
  return transfer('import', fileName, async (onProgress) => {
    const read = () => engineCall('importModel', () => ({ file }), { signal: cancel.signal, onProgress });
    const { description, head } = await read().catch(async (thrown: unknown) => {
      const { code, details } = toAppError(thrown);
      // It may be over other weights that are here: those that the person brought, or the published ones.
      const isOver = code === 'modelFileUnsupported' && typeof details.fingerprint === 'string';
      if (!isOver || !(await turnToWeightsOf(String(details.fingerprint)))) throw thrown;
      return read();
    });
    const id = createRandomId();
    await keep(id, description, head);
    await loadModels();
    notify({ kind: 'success', messageKey: 'models:imported', values: { name: description.name } });
    return id;
  });
}

export function cancelTransfer(): void {
  cancel.abort();
}

export function dismissTransferError(): void {
  modelsStore.setState({ transferError: null });
}

async function keep(
  id: string,
  description: ModelDescription,
  head: Network,
  run?: RunRecord,
): Promise<void> {
  await saveModel(createModelRecord(id, description, head, new Date()), head, run);
  // Firefox asks the person, who may take their time: nothing waits for the answer.
  askPersistent().catch((thrown: unknown) => console.warn('no answer about lasting storage', thrown));
}

/** One file at a time: a second one waits for the person, not in a queue. */
async function transfer<T>(
  kind: Transfer['kind'],
  name: string,
  work: (onProgress: (progress: { readonly doneFraction: number }) => void) => Promise<T>,
): Promise<T | null> {
  if (modelsStore.getState().transfer) return null;
  cancel = new AbortController();
  modelsStore.setState({ transfer: { kind, name, doneFraction: 0 }, transferError: null });
  try {
    return await work(({ doneFraction }) =>
      modelsStore.setState(({ transfer: running }) => ({
        transfer: running && { ...running, doneFraction },
      })),
    );
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== 'cancelled') modelsStore.setState({ transferError: error });
    return null;
  } finally {
    modelsStore.setState({ transfer: null });
  }
}
