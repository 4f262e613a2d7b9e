/** Classifying files, with the 1,000 ImageNet classes or a kept model. */

import { createStore } from 'zustand/vanilla';
import type { LabelProbability } from '../../domain/classification.ts';
import type { FileEntry } from '../../domain/fileEntry.ts';
import { type BackboneInfo, freshNetworkOf } from '../../domain/model.ts';
import type { ReadPicture, SkippedFile } from '../../domain/picture.ts';
import type { ClassifierRef } from '../../rpc/classifyCalls.ts';
import { AppError, fromSerializedError, toAppError } from '../../shared/errors.ts';
import { readLoosePictures } from '../dataset/loosePictures.ts';
import { engineCall } from '../engine/engine.ts';
import { type EnginePart, partFor } from '../engine/engineControl.ts';
import { downloadFile } from '../models/download.ts';
import { loadModel, loadModels, modelsStore } from '../models/models.ts';
import { turnToBackboneOf, turnToChosen } from '../training/backboneInUse.ts';
import { toCsv } from './csv.ts';

export const IMAGENET = 'imagenet';
export const TOP_COUNT = 5;
/** Enough to keep every extractor worker busy, few enough that a cancel is felt at once. */
const BATCH = 16;

export interface ClassifyItem {
  readonly id: number;
  readonly name: string;
  /** null for a file that was skipped. */
  readonly blob: Blob | null;
  readonly thumbnail: Blob | null;
  readonly status: 'waiting' | 'done' | 'failed';
  /** Highest first. */
  readonly top: readonly LabelProbability[];
  readonly error: AppError | null;
  readonly skipped: SkippedFile | null;
}

export interface ClassifyState {
  /** `imagenet` or a kept model's id. */
  readonly classifierId: string;
  readonly items: readonly ClassifyItem[];
  /** Files are being read; more items may come. */
  readonly reading: boolean;
  readonly running: boolean;
  /** Why the whole run ended; an error of one file stands with its item. */
  readonly error: AppError | null;
}

export const classifyStore = createStore<ClassifyState>()(() => ({
  classifierId: IMAGENET,
  items: [],
  reading: false,
  running: false,
  error: null,
}));

let nextId = 1;
let chosenByPerson = false;
/** Of the classifying; reading goes on when only the classifier changes. */
let cancel = new AbortController();
let cancelReading = new AbortController();
let readers = 0;
let loaded: {
  readonly id: string;
  readonly ref: ClassifierRef;
  readonly backbone: BackboneInfo;
} | null = null;

/** Adds files and classifies them as they are read. Errors end in the store. */
export async function classifyFiles(
  entries: readonly FileEntry[],
  failed: readonly SkippedFile[] = [],
): Promise<void> {
  const { signal } = cancelReading;
  readers += 1;
  classifyStore.setState({ reading: true, error: null });
  try {
    const onPicture = ({ name, blob, thumbnail }: ReadPicture) => {
      add({ name, blob, thumbnail, status: 'waiting' });
      void classifyWaiting();
    };
    const onSkipped = (skipped: SkippedFile) => add({ name: skipped.path, status: 'failed', skipped });
    failed.forEach(onSkipped);
    await readLoosePictures(entries, { onPicture, onSkipped }, signal);
  } catch (thrown) {
    fail(thrown);
  } finally {
    readers -= 1;
    classifyStore.setState({ reading: readers > 0 });
  }
}

/**
 * The classifier to begin with: the one wanted, else the one chosen before, else the newest model, else ImageNet.
 * A model that is gone gives way too.
 */
export async function settleClassifier(wanted: string | null): Promise<void> {
  await loadModels();
  const { models } = modelsStore.getState();
  const isThere = (id: string | null) => id === IMAGENET || models.some((model) => model.id === id);
  const before = chosenByPerson ? classifyStore.getState().classifierId : null;
  const next = [wanted, before].find((id) => id !== null && isThere(id)) ?? models[0]?.id ?? IMAGENET;
  await switchClassifier(next);
}

/** Another classifier, by the person: what is listed is classified again. */
export async function chooseClassifier(classifierId: string): Promise<void> {
  chosenByPerson = true;
  await switchClassifier(classifierId);
}

async function switchClassifier(classifierId: string): Promise<void> {
  if (classifyStore.getState().classifierId === classifierId) return;
  stopClassifying();
  classifyStore.setState(({ items }) => ({
    classifierId,
    error: null,
    items: items.map((item) =>
      item.blob === null ? item : { ...item, status: 'waiting', top: [], error: null },
    ),
  }));
  await classifyWaiting();
}

/** The run that is cut off ends by itself; the next one need not wait for that. */
function stopClassifying(): void {
  cancel.abort();
  cancel = new AbortController();
  classifyStore.setState({ running: false });
}

function stopReading(): void {
  cancelReading.abort();
  cancelReading = new AbortController();
}

/** Stops; what was classified stays, what was not is taken off the list. */
export function cancelClassify(): void {
  stopReading();
  stopClassifying();
  classifyStore.setState(({ items }) => ({ items: items.filter(({ status }) => status !== 'waiting') }));
}

export function clearClassify(): void {
  stopReading();
  stopClassifying();
  classifyStore.setState({ items: [], error: null });
}

/** Everything that was classified, as a CSV file. */
export function downloadPredictions(): void {
  const { items } = classifyStore.getState();
  const lines = items.filter(({ status }) => status === 'done').map(({ name, top }) => ({ file: name, top }));
  downloadFile(new Blob([toCsv(lines, TOP_COUNT)], { type: 'text/csv' }), 'predictions.csv');
}

/** Tries what is still waiting again, after an error ended the run. */
export async function classifyWaiting(): Promise<void> {
  if (classifyStore.getState().running || waiting().length === 0) return;
  const { signal } = cancel;
  classifyStore.setState({ running: true, error: null });
  try {
    const classifier = await currentClassifier();
    while (waiting().length > 0 && !signal.aborted) await classifyBatch(classifier, signal);
  } catch (thrown) {
    if (!signal.aborted) fail(thrown);
  } finally {
    // A newer run may have begun since this one was cancelled.
    if (cancel.signal === signal) classifyStore.setState({ running: false });
  }
}

/** The classifier chosen now; a model's weights are read once. @throws AppError notFound, storageUnavailable, backboneBusy */
export async function currentClassifier(): Promise<ClassifierRef> {
  const { classifierId } = classifyStore.getState();
  if (classifierId === IMAGENET) {
    turnToChosen();
    return { kind: 'imagenet' };
  }
  if (loaded?.id === classifierId) {
    await turnToBackboneOf(loaded.backbone);
    return loaded.ref;
  }
  const { record, head } = await loadModel(classifierId);
  const { id, classNames, backbone } = record;
  await turnToBackboneOf(backbone);
  const ref: ClassifierRef = { kind: 'head', id, head, classNames, backbone };
  loaded = { id: classifierId, ref, backbone };
  return ref;
}

/** What of the engine it takes to ask it. */
export function partOf(classifier: ClassifierRef): EnginePart {
  return partFor(classifier.kind === 'head' ? freshNetworkOf(classifier.backbone) : null);
}

async function classifyBatch(classifier: ClassifierRef, signal: AbortSignal): Promise<void> {
  let batch: readonly ClassifyItem[] = [];
  // Made anew after a restart: what was answered before it is no longer waiting.
  const makeArgs = () => {
    batch = waiting().slice(0, BATCH);
    const pictures = batch.flatMap(({ blob }) => (blob ? [blob] : []));
    return { pictures, classifier, topCount: TOP_COUNT };
  };
  await engineCall('classify', makeArgs, {
    signal,
    part: partOf(classifier),
    onProgress: (outcome) => {
      const item = batch[outcome.index];
      if (!item) return;
      if (outcome.ok) change(item.id, { status: 'done', top: outcome.result.top });
      else change(item.id, { status: 'failed', error: fromSerializedError(outcome.error) });
    },
  });
  const asked = new Set(batch.map(({ id }) => id));
  for (const { id } of waiting().filter((item) => asked.has(item.id))) {
    change(id, { status: 'failed', error: new AppError('unexpected', { message: 'no answer' }) });
  }
}

function waiting(): readonly ClassifyItem[] {
  return classifyStore.getState().items.filter(({ status }) => status === 'waiting');
}

function add(item: Pick<ClassifyItem, 'name' | 'status'> & Partial<ClassifyItem>): void {
  const blank = { blob: null, thumbnail: null, top: [], error: null, skipped: null };
  classifyStore.setState(({ items }) => ({ items: [...items, { ...blank, ...item, id: nextId++ }] }));
}

function change(id: number, fields: Partial<ClassifyItem>): void {
  classifyStore.setState(({ items }) => ({
    items: items.map((item) => (item.id === id ? { ...item, ...fields } : item)),
  }));
}

function fail(thrown: unknown): void {
  const error = toAppError(thrown);
  if (error.code !== 'cancelled') classifyStore.setState({ error });
}
