/** Features of pictures: kept ones are found again by content, new ones are computed and kept as they come. */
import type { Arithmetic, ExtractProgress, ExtractResult, PictureRef } from '../../rpc/protocol.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { decodeHalf, encodeHalf } from '../../shared/half.ts';
import type { ContentHash } from '../../shared/picture.ts';
import { type FeatureEntry, getFeatures, hasFeatures, putFeatures } from '../../storage/features.ts';
import type { ExtractionJob } from '../features/pool.ts';
import { featureSourceOf } from './featureSource.ts';
import type { Session } from './session.ts';

/** What is computed is kept at the latest after so many pictures, so that a crash costs little. */
const KEEP_EVERY = 16;
const REPORT_EVERY_MS = 100;

interface JobContext {
  readonly onProgress: (progress: ExtractProgress) => void;
  readonly signal: AbortSignal;
}

/** Writes entries behind the computation, in order; the first failure stops whoever goes on adding. */
function createKeeper(source: string) {
  let waiting: FeatureEntry[] = [];
  let writing = Promise.resolve();
  let failure: { readonly thrown: unknown } | null = null;
  const write = async (entries: readonly FeatureEntry[]) => {
    if (failure) return;
    try {
      await putFeatures(source, entries);
    } catch (thrown) {
      failure = { thrown };
    }
  };
  const flush = () => {
    const entries = waiting;
    waiting = [];
    if (entries.length > 0) writing = writing.then(() => write(entries));
  };
  return {
    /** @throws AppError `storageFull`: what cannot be kept need not be computed */
    add(entry: FeatureEntry) {
      if (failure) throw failure.thrown;
      waiting.push(entry);
      if (waiting.length >= KEEP_EVERY) flush();
    },
    async finish() {
      flush();
      await writing;
      if (failure) throw failure.thrown;
    },
  };
}

/** Ends when the job before has ended, well or badly. */
let jobBefore: Promise<void> = Promise.resolve();

/**
 * Computes the features that are not kept yet. What is done stays kept when the job is cancelled: it still ends its
 * running batches and writes them down, and the next job waits for that, else it would not find them.
 * @throws AppError `cancelled`, `deviceLost`, `workerDied`, `storageFull`
 */
export function extractFeatures(
  session: Session,
  pictures: readonly PictureRef[],
  arithmetic: Arithmetic,
  context: JobContext,
): Promise<ExtractResult> {
  const job = jobBefore.then(() => extractMissing(session, pictures, arithmetic, context));
  // Its failure belongs to whoever asked for it.
  const ended = () => undefined;
  jobBefore = job.then(ended, ended);
  return job;
}

async function extractMissing(
  session: Session,
  pictures: readonly PictureRef[],
  arithmetic: Arithmetic,
  { onProgress, signal }: JobContext,
): Promise<ExtractResult> {
  throwIfCancelled(signal);
  const startMs = performance.now();
  const source = featureSourceOf(session.info, arithmetic, session.rangesId);
  const unique = [...new Map(pictures.map((picture) => [picture.hash, picture])).values()];
  const kept = await hasFeatures(
    source,
    unique.map(({ hash }) => hash),
  );
  const todo = unique.filter(({ hash }) => !kept.has(hash));
  const failed: ContentHash[] = [];
  const keeper = createKeeper(source);
  let done = 0;
  let lastReportMs = 0;
  const firstMs = performance.now();
  const report = () => {
    const elapsedMs = performance.now() - firstMs;
    const rate = done > 0 ? (done * 1000) / elapsedMs : null;
    onProgress({
      done: kept.size + done,
      total: unique.length,
      reused: kept.size,
      picturesPerSecond: rate,
      remainingMs: rate ? ((todo.length - done) * 1000) / rate : null,
    });
    lastReportMs = performance.now();
  };
  report();
  try {
    const job: ExtractionJob = {
      count: todo.length,
      open: (index) => (todo[index] as PictureRef).blob,
      onPicture: ({ index, features }) => {
        const { hash } = todo[index] as PictureRef;
        if (features) keeper.add({ hash, values: encodeHalf(features) });
        else failed.push(hash);
        done += 1;
        if (performance.now() - lastReportMs > REPORT_EVERY_MS) report();
      },
      arithmetic,
      signal,
    };
    if (todo.length > 0) await session.withArithmetic(arithmetic, (pool) => pool.extract(job));
  } finally {
    await keeper.finish();
  }
  report();
  return {
    extracted: todo.length - failed.length,
    reused: kept.size,
    failed,
    elapsedMs: performance.now() - startMs,
  };
}

/**
 * Kept features as rows, in the order of `hashes`. `[hashes, featureCount]`
 * @throws AppError `notFound` if one is not kept
 */
export async function readFeatureRows(
  session: Session,
  hashes: readonly ContentHash[],
  arithmetic: Arithmetic,
): Promise<Float32Array<ArrayBuffer>> {
  const { featureCount } = session.info;
  const kept = await getFeatures(featureSourceOf(session.info, arithmetic, session.rangesId), hashes);
  const rows = new Float32Array(hashes.length * featureCount);
  hashes.forEach((hash, row) => {
    const values = kept.get(hash);
    if (!values) throw new AppError('notFound', { what: hash });
    rows.set(decodeHalf(values), row * featureCount);
  });
  return rows;
}
