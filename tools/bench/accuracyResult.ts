/** What the accuracy bench found: each run off the app's own record, and two ways of training side by side. */

import { type EpochMetrics, watchedLoss } from '../../src/domain/curve.ts';
import type { ModelRecord } from '../../src/domain/model.ts';

export interface AccuracyRun {
  /** Fraction of the test pictures, 0–1, in the arithmetic that it was trained in. */
  readonly accuracy: number;
  readonly testPictures: number;
  readonly arithmetic: 'int8' | 'float32';
  /** The same in float32; null where it was measured in that already, or not at all. */
  readonly exactAccuracy: number | null;
  readonly epochs: { readonly head: number; readonly fineTune: number };
  readonly bestEpoch: number;
  /** Whether the weights that were kept are of the second phase. */
  readonly isFineTunedKept: boolean;
  /** The lowest of each phase, in nats: which weights are kept is decided by it. null where there was no such phase. */
  readonly validationLoss: { readonly head: number | null; readonly fineTune: number | null };
  /** Learning alone, and from the press of the button to the result. */
  readonly seconds: { readonly head: number; readonly fineTune: number; readonly total: number };
}

export interface SeedResult {
  readonly seed: number;
  readonly headOnly: AccuracyRun;
  readonly twoPhases: AccuracyRun;
}

export interface AccuracyResult {
  readonly testPictures: number;
  readonly seeds: readonly SeedResult[];
  readonly mean: {
    readonly headOnly: number;
    readonly twoPhases: number;
    /** Percentage points that two phases are better. */
    readonly differencePoints: number;
  };
}

type Recorded = Pick<ModelRecord, 'curve' | 'bestEpoch' | 'metrics' | 'arithmetic' | 'exactMetrics'>;

function lowestLoss(curve: readonly EpochMetrics[]): number | null {
  return curve.length === 0 ? null : Math.min(...curve.map(watchedLoss));
}

/** @param totalSeconds of the whole run. @throws Error where there were no test pictures */
export function toRun(model: Recorded, totalSeconds: number): AccuracyRun {
  const { curve, bestEpoch, metrics } = model;
  if (!metrics.test) throw new Error('the run measured no test accuracy');
  const head = curve.filter(({ phase }) => phase !== 'fineTune');
  const fineTune = curve.filter(({ phase }) => phase === 'fineTune');
  // The clock of the curve runs through both phases.
  const headMs = head.at(-1)?.elapsedMs ?? 0;
  const fineTuneMs = Math.max(0, (fineTune.at(-1)?.elapsedMs ?? headMs) - headMs);
  return {
    accuracy: metrics.test.accuracy,
    testPictures: metrics.test.count,
    arithmetic: model.arithmetic ?? 'float32',
    exactAccuracy: model.exactMetrics?.accuracy ?? null,
    epochs: { head: head.length, fineTune: fineTune.length },
    bestEpoch,
    isFineTunedKept: fineTune.some(({ epoch }) => epoch === bestEpoch),
    validationLoss: { head: lowestLoss(head), fineTune: lowestLoss(fineTune) },
    seconds: { head: headMs / 1000, fineTune: fineTuneMs / 1000, total: totalSeconds },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param seeds at least one */
export function toResult(seeds: readonly SeedResult[]): AccuracyResult {
  const headOnly = mean(seeds.map((seed) => seed.headOnly.accuracy));
  const twoPhases = mean(seeds.map((seed) => seed.twoPhases.accuracy));
  return {
    testPictures: seeds[0]?.headOnly.testPictures ?? 0,
    seeds,
    mean: { headOnly, twoPhases, differencePoints: (twoPhases - headOnly) * 100 },
  };
}

const percent = (fraction: number) => `${(fraction * 100).toFixed(2)} %`;
const points = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
const whole = (seconds: number) => `${seconds.toFixed(0)} s`;

/** One line, for while it goes on. */
export function toLine({ accuracy, exactAccuracy, arithmetic, epochs, ...run }: AccuracyRun): string {
  const losses = [run.validationLoss.head, run.validationLoss.fineTune].filter((loss) => loss !== null);
  return [
    `test accuracy ${percent(accuracy)} (${arithmetic})`,
    ...(exactAccuracy === null ? [] : [`${percent(exactAccuracy)} in float32`]),
    `${epochs.head} + ${epochs.fineTune} epochs, best ${run.bestEpoch}`,
    `lowest validation loss ${losses.map((loss) => loss.toFixed(3)).join(', then ')}`,
    `${whole(run.seconds.head)} + ${whole(run.seconds.fineTune)} of learning, ${whole(run.seconds.total)} in all`,
  ].join('; ');
}

/** Columns of text, the first set left, the others right. */
export function toAccuracyTable({ seeds, mean: means, testPictures }: AccuracyResult): string {
  const rows = [
    ['', 'head only', 'two phases', 'points', 'kept', 'head', 'head + fine-tuning', 'in all'],
    ...seeds.map(({ seed, headOnly, twoPhases }) => [
      `seed ${seed}`,
      percent(headOnly.accuracy),
      percent(twoPhases.accuracy),
      points((twoPhases.accuracy - headOnly.accuracy) * 100),
      twoPhases.isFineTunedKept ? 'fine-tuned' : 'head',
      whole(headOnly.seconds.head),
      `${whole(twoPhases.seconds.head)} + ${whole(twoPhases.seconds.fineTune)}`,
      `${whole(headOnly.seconds.total)} / ${whole(twoPhases.seconds.total)}`,
    ]),
    ['mean', percent(means.headOnly), percent(means.twoPhases), points(means.differencePoints)],
  ];
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const toText = (row: readonly string[]) =>
    widths.map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width)));
  const title = `Accuracy on ${testPictures} test pictures; seconds of learning, and from button to result`;
  return [title, ...rows.map((row) => toText(row).join('  ').trimEnd())].join('\n');
}
