/**
 * Whether a result that was computed in 8-bit integers is another in float32, as model files compute: picture by picture in
 * an order drawn by chance, until it is known to half a percentage point, or the time is up.
 */
import type { ExactCheck, Interval } from '../../domain/metrics.ts';
import { differenceInterval, intersect, isSettled } from '../../evaluation/agreement.ts';
import { toMetrics } from '../../evaluation/metrics.ts';
import type { ExactCheckArgs, ExactCheckProgress, ExactCheckResult } from '../../rpc/checkCalls.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import { AppError } from '../../shared/errors.ts';
import { encodeHalf } from '../../shared/half.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import { openNetwork } from '../runtimes/choose/openNetwork.ts';
import type { Forward } from '../runtimes/forward.ts';
import { toPredicted } from '../training/measure.ts';
import { readFeatureRows } from './featureJobs.ts';
import { createKeeper } from './featureKeeper.ts';
import { knownFeatures } from './featureShelf.ts';
import { featureSourceOf } from './featureSource.ts';
import { openPictureFiles } from './pictureFiles.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';
import { cutOf, targetOf } from './trainedPart.ts';

/** Kept pictures whose features are in memory at a time. */
const ROWS_AT_ONCE = 128;
/** Pictures between two looks at what is known: the interval holds at every look. */
const LOOK_EVERY = 8;
const REPORT_EVERY_MS = 100;

interface JobContext {
  readonly onProgress: (progress: ExactCheckProgress) => void;
  readonly signal: AbortSignal;
  readonly pauseGate?: PauseGate;
}

/** Counts answers in the order of the examples, whichever come first. */
function createTally({ examples }: Pick<ExactCheckArgs, 'examples'>) {
  const answers = new Int32Array(examples.length).fill(-1);
  const total = examples.length;
  let counts = { total, checked: 0, onlyFirst: 0, onlySecond: 0 };
  let difference: Interval = [-1, 1];
  let lookedAt = 0;
  const look = () => {
    if (lookedAt === counts.checked && counts.checked > 0) return;
    lookedAt = counts.checked;
    difference = intersect(difference, differenceInterval(counts));
  };
  return {
    answers,
    answer(index: number, predictedIndex: number): void {
      answers[index] = predictedIndex;
      for (let next = counts.checked; next < total && (answers[next] as number) >= 0; next++) {
        const { classIndex, predictedIndex: quick } = examples[next] as (typeof examples)[number];
        const isExact = answers[next] === classIndex;
        const isQuick = quick === classIndex;
        counts = {
          total,
          checked: next + 1,
          onlyFirst: counts.onlyFirst + (isQuick && !isExact ? 1 : 0),
          onlySecond: counts.onlySecond + (isExact && !isQuick ? 1 : 0),
        };
        if (counts.checked - lookedAt >= LOOK_EVERY) look();
      }
    },
    isSettled: () => isSettled(difference),
    toCheck(elapsedMs: number): ExactCheck {
      look();
      const { checked, onlyFirst, onlySecond } = counts;
      return { total, checked, onlyQuick: onlyFirst, onlyExact: onlySecond, difference, elapsedMs };
    },
  };
}

type Tally = ReturnType<typeof createTally>;

/** Of some rows, `[count, …]`. */
async function answersOf(
  runner: Forward,
  rows: Float32Array<ArrayBuffer>,
  { count, classCount }: { readonly count: number; readonly classCount: number },
) {
  return toPredicted(await runner.run(rows, count), classCount);
}

/**
 * @throws AppError `notFound` for an example without picture, `pictureUnreadable`, `deviceLost`, `workerDied`,
 * `outOfMemory`, `cancelled`
 */
export async function runExactCheck(
  session: Session,
  args: ExactCheckArgs,
  context: JobContext,
): Promise<ExactCheckResult> {
  const { examples, classNames, head } = args;
  const activeMs = () => performance.now() - (context.pauseGate?.pausedMs ?? 0);
  const startMs = activeMs();
  const tally = createTally(args);
  const isEnough = () => args.limitMs !== null && (tally.isSettled() || activeMs() - startMs > args.limitMs);
  const runner = await openNetwork(session.prepared.report.chosen, head);
  try {
    const todo = await answerKept(session, args, runner, tally);
    if (todo.length > 0 && !isEnough())
      await answerRest(session, args, { runner, tally, todo, isEnough }, context);
  } finally {
    runner.dispose();
  }
  const check = tally.toCheck(activeMs() - startMs);
  const labels = examples.map(({ classIndex }) => classIndex);
  const isWhole = check.checked === check.total;
  return { check, metrics: isWhole ? toMetrics(labels, tally.answers, classNames.length) : null };
}

/** Answers for features that are kept, which cost next to nothing. @returns the other examples, in their order */
async function answerKept(
  session: Session,
  { examples, classNames, head }: ExactCheckArgs,
  runner: Forward,
  tally: Tally,
): Promise<readonly number[]> {
  const indices = examples.map((_, index) => index);
  // Nothing is kept of what comes before stages that have learned.
  if (cutOf(session, head) !== null) return indices;
  const hashes = examples.map(({ hash }) => hash);
  const kept = await knownFeatures(featureSourceOf(session.info, 'float32', session.rangesId), hashes);
  const known = indices.filter((index) => kept.has(hashes[index] as string));
  for (let start = 0; start < known.length; start += ROWS_AT_ONCE) {
    const some = known.slice(start, start + ROWS_AT_ONCE);
    const rows = await readFeatureRows(
      session,
      some.map((index) => hashes[index] as string),
      'float32',
    );
    const answers = await answersOf(runner, rows, {
      ...{ count: some.length, classCount: classNames.length },
    });
    some.forEach((index, place) => {
      tally.answer(index, answers[place] as number);
    });
  }
  return indices.filter((index) => !kept.has(hashes[index] as string));
}

interface Rest {
  readonly runner: Forward;
  readonly tally: Tally;
  /** Indices of examples. */
  readonly todo: readonly number[];
  readonly isEnough: () => boolean;
}

async function answerRest(
  session: Session,
  { examples, classNames, head, pictures }: ExactCheckArgs,
  { runner, tally, todo, isEnough }: Rest,
  { onProgress, signal, pauseGate }: JobContext,
): Promise<void> {
  const upTo = cutOf(session, head);
  const target: ExtractionTarget = targetOf(session, head, 'float32');
  const files = openPictureFiles(pictures);
  const keeper =
    upTo === null ? createKeeper(featureSourceOf(session.info, 'float32', session.rangesId)) : null;
  const hashAt = (place: number) => examples[todo[place] as number]?.hash ?? '';
  const answered: Promise<void>[] = [];
  const total = examples.length;
  const reused = total - todo.length;
  const firstMs = performance.now() - (pauseGate?.pausedMs ?? 0);
  let done = 0;
  let reportedMs = 0;
  const report = () => {
    if (performance.now() - reportedMs < REPORT_EVERY_MS) return;
    reportedMs = performance.now();
    const rate = (done * 1000) / (reportedMs - (pauseGate?.pausedMs ?? 0) - firstMs);
    onProgress({ done: reused + done, total, reused, picturesPerSecond: rate, remainingMs: null });
  };
  const work = () =>
    session.pool.extract({
      count: todo.length,
      open: (place) => files.open(hashAt(place)),
      onPicture: ({ index: place, features }) => {
        if (!features) throw new AppError('pictureUnreadable');
        keeper?.add({ hash: hashAt(place), values: encodeHalf(features) });
        const answer = answersOf(runner, features, { count: 1, classCount: classNames.length }).then(
          ([best = 0]) => {
            tally.answer(todo[place] as number, best);
            done += 1;
            report();
          },
        );
        // Waited for below.
        answer.catch(() => undefined);
        answered.push(answer);
      },
      ...{ target, signal, isEnough },
      ...(pauseGate ? { gate: pauseGate } : {}),
    });
  try {
    await withTarget(session, target, work);
  } finally {
    await keeper?.finish();
  }
  await Promise.all(answered);
}
