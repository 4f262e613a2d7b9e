/** Files on their way in: read by the intake worker, drawn here where only a page can, put into the data set as they come. */

import { createStore } from 'zustand/vanilla';
import intakeUrl from '../../compute/intake.worker.ts?worker&url';
import { createGroupKey } from '../../dataset/groups.ts';
import type { FileEntry } from '../../domain/fileEntry.ts';
import type { SkippedFile, SplitName } from '../../domain/picture.ts';
import { createWorkerClient } from '../../rpc/client.ts';
import type { IntakeApi, IntakeProgress, PreviewArgs } from '../../rpc/intakeApi.ts';
import { startWorker } from '../../rpc/startWorker.ts';
import { type AppError, throwIfCancelled, toAppError } from '../../shared/errors.ts';
import { beginWork } from '../../shared/work.ts';
import { createBatch } from '../shell/batched.ts';
import { announceIntake } from './announceIntake.ts';
import { beginIntake, type IntakeStep } from './arriving.ts';
import { datasetStore, startDataset } from './dataset.ts';
import { drawSvg, reasonOfSvg } from './drawSvg.ts';
import { keepingStore, saveNow } from './keeping.ts';
import { keepDatasetWhile } from './keptDataset.ts';
import { type HeldPicture, toHeldPictures } from './wholePicture.ts';

export type IntakePhase = 'idle' | 'fetching' | 'reading' | 'drawing';

export interface IntakeState {
  readonly phase: IntakePhase;
  /** Files; bytes while `fetching`. */
  readonly done: number;
  readonly total: number;
  readonly remainingMs: number | null;
  readonly error: AppError | null;
}

export type IntakeTarget =
  /** Class and split from the folders; what lies in none goes to `looseClassName`. */
  | {
      readonly kind: 'folders';
      readonly looseClassName: string;
      /** Over file names, of pictures that come together: those of one group stay in one split. */
      readonly groupPattern?: string;
    }
  /** Everything into one class. `burstId` joins the shots of one hold of the webcam button. */
  | { readonly kind: 'class'; readonly className: string; readonly burstId: string | null };

/** What a folder or the target says of a picture. */
interface Place {
  readonly className: string | null;
  readonly split: SplitName | null;
}

const IDLE = { phase: 'idle', done: 0, total: 0, remainingMs: null } as const;
/** Drawings handed back together: enough to keep the worker busy, few enough to show early. */
const DRAWINGS_AT_ONCE = 40;
const ADD_EVERY_MS = 100;
/** A fresh worker takes a tenth of a second to start. */
const MANY_PICTURES = 5000;

export const intakeStore = createStore<IntakeState>()(() => ({ ...IDLE, error: null }));

const worker = createWorkerClient<IntakeApi>(() => startWorker(intakeUrl, 'intake'));
const running = new Set<AbortController>();
let lastIntake: Promise<unknown> = Promise.resolve();

/** A signal that `cancelIntake` aborts, until it is released. */
export function cancellable(): {
  readonly signal: AbortSignal;
  readonly release: () => void;
  readonly cancel: () => void;
} {
  const controller = new AbortController();
  running.add(controller);
  const endWork = beginWork();
  return {
    signal: controller.signal,
    cancel: () => controller.abort(),
    release: () => {
      running.delete(controller);
      endWork();
      if (running.size === 0) intakeStore.setState(IDLE);
    },
  };
}

/** Stops everything that is coming in; what has arrived stays, and can be undone. */
export function cancelIntake(): void {
  for (const controller of running) controller.abort();
}

export function dismissIntakeError(): void {
  intakeStore.setState({ error: null });
}

/**
 * Augmented views of a picture as training will see them; each RGBA `[sizePx, sizePx, 4]`.
 * @throws AppError pictureUnreadable, pictureTooLarge, cancelled
 */
export function previewAugmentation(
  args: PreviewArgs,
  signal: AbortSignal,
): Promise<readonly Uint8ClampedArray<ArrayBuffer>[]> {
  return worker.call('previewAugmentation', args, { signal });
}

/** Shows that an archive is being downloaded. */
export function showFetching(loadedBytes: number, totalBytes: number): void {
  intakeStore.setState({ phase: 'fetching', done: loadedBytes, total: totalBytes, remainingMs: null });
}

/** Shows what went wrong on the way in; a cancel is no error. */
export function failIntake(thrown: unknown): void {
  const error = toAppError(thrown);
  if (error.code === 'cancelled') return;
  console.error(error, error.cause ?? '');
  intakeStore.setState({ error });
}

/**
 * Reads files and adds their pictures to the data set; several calls run one after the other.
 * @param failed what could not even be opened: listed among the skipped files
 * @returns whether all files were read; errors end in the store
 */
export function takeFiles(
  entries: readonly FileEntry[],
  target: IntakeTarget,
  failed: readonly SkippedFile[] = [],
): Promise<boolean> {
  const groupPattern = target.kind === 'folders' ? (target.groupPattern ?? null) : null;
  const reading = { stop: () => drop.stop(), goOn: () => void take(drop) };
  // Begun at once, not when its turn comes: what is taken back from now on can be done again.
  const step = beginIntake({ reading, groupPattern });
  const drop: Drop = { entries, target, failed, step, stop: () => undefined };
  return take(drop);
}

/** What tens of thousands of pictures left in the worker's memory goes with it, once they are on the disk. */
async function restAfterMany(countBefore: number): Promise<void> {
  if (datasetStore.getState().dataset.pictures.length - countBefore < MANY_PICTURES) return;
  await saveNow();
  if (running.size === 0 && keepingStore.getState().problem === null) worker.rest();
}

/** What was dropped together. Undone in the middle and done again, it is read once more. */
interface Drop {
  readonly entries: readonly FileEntry[];
  readonly target: IntakeTarget;
  readonly failed: readonly SkippedFile[];
  readonly step: IntakeStep;
  stop: () => void;
}

function take(drop: Drop): Promise<boolean> {
  const { signal, release, cancel } = cancellable();
  let isTakenBack = false;
  let countBefore = 0;
  drop.stop = () => {
    isTakenBack = true;
    cancel();
  };
  const taken = lastIntake.then(async () => {
    const { step } = drop;
    let isComplete = false;
    try {
      // What was kept comes first: it must not take the place of what is dropped meanwhile.
      await startDataset();
      countBefore = datasetStore.getState().dataset.pictures.length;
      throwIfCancelled(signal);
      step.add([], drop.failed, null);
      await readAll(drop.entries, drop.target, step, signal);
      isComplete = true;
      return true;
    } catch (thrown) {
      failIntake(thrown);
      return false;
    } finally {
      release();
      // Of what was taken back in the middle, the undo has told.
      if (!isTakenBack) announceIntake(step.end(), isComplete);
    }
  });
  lastIntake = taken;
  keepDatasetWhile(taken);
  void taken.then(() => restAfterMany(countBefore));
  return taken;
}

async function readAll(
  entries: readonly FileEntry[],
  target: IntakeTarget,
  step: IntakeStep,
  signal: AbortSignal,
): Promise<void> {
  throwIfCancelled(signal);
  intakeStore.setState({ phase: 'reading', done: 0, total: entries.length, remainingMs: null, error: null });
  const burstId = target.kind === 'class' ? target.burstId : null;
  const groupOf = createGrouping(target);
  const placeOf = (said: Place): { className: string; split: SplitName | null } =>
    target.kind === 'class'
      ? { className: target.className, split: null }
      : { className: said.className ?? target.looseClassName, split: said.split };
  const add = (pictures: readonly HeldPicture[], skipped: readonly SkippedFile[]) =>
    step.add(
      pictures.map((picture) => ({
        ...{ ...picture, ...placeOf(picture), burstId: groupOf(picture.name) },
      })),
      skipped,
      burstId,
    );
  // The more there are, the longer it takes to work out what follows for all of them.
  const arriving = createBatch<{
    readonly pictures: readonly HeldPicture[];
    readonly skipped: readonly SkippedFile[];
  }>(
    (some) =>
      add(
        some.flatMap(({ pictures }) => pictures),
        some.flatMap(({ skipped }) => skipped),
      ),
    ADD_EVERY_MS,
  );

  const drawings: IntakeProgress['toDraw'][number][] = [];
  try {
    await worker.call(
      'readFiles',
      { entries, layout: target.kind === 'class' ? 'flat' : 'folders' },
      {
        signal,
        onProgress: ({ toDraw, done, total, remainingMs, skipped, ...arrived }) => {
          drawings.push(...toDraw);
          arriving.add({ pictures: toHeldPictures(arrived), skipped });
          intakeStore.setState({ phase: 'reading', done, total, remainingMs });
        },
      },
    );
  } finally {
    // What has arrived stays.
    arriving.flush();
  }
  for (let start = 0; start < drawings.length; start += DRAWINGS_AT_ONCE) {
    intakeStore.setState({ phase: 'drawing', done: start, total: drawings.length, remainingMs: null });
    const part = drawings.slice(start, start + DRAWINGS_AT_ONCE);
    const places = new Map<string, Place>(part.map((drawing) => [drawing.path, drawing]));
    const { drawn, failed } = await drawAll(part, signal);
    add([], failed);
    const onProgress = (progress: IntakeProgress) =>
      add(
        toHeldPictures(progress).map((picture) => ({ ...picture, ...places.get(picture.path) })),
        progress.skipped,
      );
    await worker.call('readFiles', { entries: drawn, layout: 'flat' }, { signal, onProgress });
  }
}

/** As pictures of one burst stay together, so do those of one group. @throws AppError groupPatternInvalid */
function createGrouping(target: IntakeTarget): (name: string) => string | null {
  if (target.kind !== 'folders' || target.groupPattern === undefined) return () => null;
  const keyOf = createGroupKey(target.groupPattern);
  return (name) => {
    const key = keyOf(name);
    return key === null ? null : `group ${key}`;
  };
}

async function drawAll(
  drawings: IntakeProgress['toDraw'],
  signal: AbortSignal,
): Promise<{ readonly drawn: readonly FileEntry[]; readonly failed: readonly SkippedFile[] }> {
  const drawn: FileEntry[] = [];
  const failed: SkippedFile[] = [];
  for (const { path, file, hash } of drawings) {
    throwIfCancelled(signal);
    try {
      drawn.push({ path, file: await drawSvg(file, signal), originalHash: hash });
    } catch (thrown) {
      const reason = reasonOfSvg(thrown);
      if (reason === null) throw thrown;
      failed.push({ path, reason, details: {} });
    }
  }
  return { drawn, failed };
}
