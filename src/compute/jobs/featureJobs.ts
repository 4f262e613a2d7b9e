/** Features of pictures: kept ones are found again by content, new ones are computed and kept as they come. */

import type { Arithmetic } from '../../domain/backends.ts';
import type { ContentHash } from '../../domain/picture.ts';
import type { ExtractArgs, ExtractProgress, ExtractResult } from '../../rpc/featureCalls.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import { allocateFloats } from '../../shared/allocate.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { decodeHalf, encodeHalf } from '../../shared/half.ts';
import { isAugmenting } from '../features/augment/changes.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import type { ExtractionJob } from '../features/pool.ts';
import { type FeatureTask, tasksOf, viewsOf } from './augmentedFeatures.ts';
import { createKeeper } from './featureKeeper.ts';
import { findFeatures, forgetFeatures, knownFeatures } from './featureShelf.ts';
import { AUGMENTED_PREFIX, augmentedPrefixOf, featureSourceOf } from './featureSource.ts';
import { openPictureFiles, orGone } from './pictureFiles.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';

const REPORT_EVERY_MS = 100;

interface JobContext {
  readonly onProgress: (progress: ExtractProgress) => void;
  readonly signal: AbortSignal;
  readonly pauseGate?: PauseGate;
}

type ExtractorSession = Pick<Session, 'info' | 'rangesId' | 'pool' | 'openTarget' | 'computesInt8'>;

/** Ends when the job before has ended, well or badly. */
let jobBefore: Promise<void> = Promise.resolve();

/**
 * Computes the features that are not kept yet. What is done stays kept when the job is cancelled: it still ends its
 * running batches and writes them down, and the next job waits for that, else it would not find them.
 * What finds no room on the disk stays in memory.
 * @throws AppError `cancelled`, `deviceLost`, `workerDied`; `arithmeticUnavailable` where something is to be computed in
 * 8-bit integers and this backend has none
 */
export function extractFeatures(
  session: ExtractorSession,
  args: ExtractArgs,
  context: JobContext,
): Promise<ExtractResult> {
  const job = jobBefore.then(() => extractMissing(session, args, context));
  // Its failure belongs to whoever asked for it.
  const ended = () => undefined;
  jobBefore = job.then(ended, ended);
  return job;
}

/** Rows to be had that are kept under one source. */
interface Stage {
  readonly source: string;
  readonly count: number;
  /** Those that are not kept yet. */
  readonly todo: readonly FeatureTask[];
}

async function openStage(source: string, tasks: readonly FeatureTask[]): Promise<Stage> {
  const kept = await knownFeatures(
    source,
    tasks.map(({ key }) => key),
  );
  return { source, count: tasks.length, todo: tasks.filter(({ key }) => !kept.has(key)) };
}

/** Tells how far all stages are, and when they will be done. */
function createMeter({ onProgress, pauseGate }: JobContext) {
  const activeMs = () => performance.now() - (pauseGate?.pausedMs ?? 0);
  const firstMs = activeMs();
  let total = 0;
  let todo = 0;
  let done = 0;
  let lastReportMs = 0;
  const report = () => {
    const rate = done > 0 ? (done * 1000) / (activeMs() - firstMs) : null;
    const reused = total - todo;
    onProgress({
      ...{ done: reused + done, total, reused },
      picturesPerSecond: rate,
      remainingMs: rate ? ((todo - done) * 1000) / rate : null,
    });
    lastReportMs = performance.now();
  };
  return {
    report,
    setStages(stages: readonly Stage[]) {
      total = stages.reduce((sum, stage) => sum + stage.count, 0);
      todo = stages.reduce((sum, stage) => sum + stage.todo.length, 0);
      report();
    },
    addDone() {
      done += 1;
      if (performance.now() - lastReportMs > REPORT_EVERY_MS) report();
    },
    counts: () => ({ computed: done, reused: total - todo }),
  };
}

interface StageResult {
  /** Pictures that could not be decoded, or have gone. */
  readonly failed: readonly ContentHash[];
  readonly isOnDisk: boolean;
}

/** Computes and keeps what a stage lacks. */
async function runStage(
  { pool }: ExtractorSession,
  { source, todo }: Stage,
  target: ExtractionTarget,
  { signal, pauseGate }: JobContext,
  onDone: () => void,
): Promise<StageResult> {
  const failed: ContentHash[] = [];
  const keeper = createKeeper(source);
  let isOnDisk = true;
  try {
    const job: ExtractionJob = {
      count: todo.length,
      open: (index) => orGone((todo[index] as FeatureTask).open()),
      onPicture: ({ index, features }) => {
        const { hash, key } = todo[index] as FeatureTask;
        if (features) keeper.add({ hash: key, values: encodeHalf(features) });
        else failed.push(hash);
        onDone();
      },
      target,
      signal,
      ...(pauseGate ? { gate: pauseGate } : {}),
    };
    if (todo.length > 0) await pool.extract(job);
  } finally {
    isOnDisk = await keeper.finish();
  }
  return { failed, isOnDisk };
}

async function extractMissing(
  session: ExtractorSession,
  { pictures, arithmetic, keepOtherViews, views: wanted }: ExtractArgs,
  context: JobContext,
): Promise<ExtractResult> {
  throwIfCancelled(context.signal);
  const startMs = performance.now();
  const target: ExtractionTarget = { arithmetic, upTo: null };
  const source = featureSourceOf(session.info, arithmetic, session.rangesId);
  const files = openPictureFiles(pictures);
  const views = wanted && isAugmenting(wanted.augmentation) ? wanted : null;
  if (views && !keepOtherViews) await forgetFeatures(AUGMENTED_PREFIX, augmentedPrefixOf(views));

  const openAugmented = async (failed: readonly ContentHash[]) => {
    if (!views) return [];
    const usable = views.pictures.filter((hash) => !failed.includes(hash));
    const augmented = viewsOf(source, { ...views, pictures: usable });
    return Promise.all(
      augmented.map((view) => openStage(view.source, tasksOf(view, views.augmentation, files))),
    );
  };
  const hashes = [...new Set(pictures.map(({ hash }) => hash))];
  const plainTasks = hashes.map((hash) => ({ hash, key: hash, open: () => files.open(hash) }));
  const plain = await openStage(source, plainTasks);
  let augmented = await openAugmented([]);
  const meter = createMeter(context);
  meter.setStages([plain, ...augmented]);

  let isKept = true;
  const compute = async () => {
    const { failed: unreadable, isOnDisk } = await runStage(session, plain, target, context, meter.addDone);
    isKept = isOnDisk;
    if (augmented.length > 0 && unreadable.length > 0) {
      // Nobody shall be mixed with a picture that is not there.
      augmented = await openAugmented(unreadable);
      meter.setStages([plain, ...augmented]);
    }
    for (const stage of augmented) {
      const { failed, isOnDisk: isViewKept } = await runStage(session, stage, target, context, meter.addDone);
      const [broken] = failed;
      isKept &&= isViewKept;
      // It could be decoded when its plain features were computed.
      if (broken !== undefined) throw new AppError('pictureUnreadable', { what: broken });
    }
    return unreadable;
  };
  const isMissing = [plain, ...augmented].some(({ todo }) => todo.length > 0);
  // Under the name of one arithmetic there must be nothing that another has computed.
  if (isMissing && arithmetic === 'int8' && !session.computesInt8)
    throw new AppError('arithmeticUnavailable');
  const failed = isMissing ? await withTarget(session, target, compute) : [];
  meter.report();
  const { computed, reused } = meter.counts();
  const elapsedMs = performance.now() - startMs;
  return { extracted: computed - failed.length, reused, failed, elapsedMs, isKept };
}

/**
 * Kept features as rows, in the order of `hashes`. `[hashes, featureCount]`
 * @throws AppError `notFound` if one is not kept
 */
export async function readFeatureRows(
  { info, rangesId }: Pick<Session, 'info' | 'rangesId'>,
  hashes: readonly ContentHash[],
  arithmetic: Arithmetic,
): Promise<Float32Array<ArrayBuffer>> {
  const rows = allocateFloats(hashes.length * info.featureCount);
  await fillRows(featureSourceOf(info, arithmetic, rangesId), hashes, info.featureCount, rows);
  return rows;
}

/**
 * Puts kept features into rows, in the order of `keys`.
 * @param rows at least `[keys, featureCount]`
 * @throws AppError `notFound` if one is not kept
 */
export async function fillRows(
  source: string,
  keys: readonly string[],
  featureCount: number,
  rows: Float32Array,
): Promise<void> {
  const kept = await findFeatures(source, keys);
  keys.forEach((key, row) => {
    const values = kept.get(key);
    // One of another length is none: it would shift all that come after it.
    if (values?.length !== featureCount) throw new AppError('notFound', { what: key });
    rows.set(decodeHalf(values), row * featureCount);
  });
}
