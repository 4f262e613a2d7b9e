/** The curves of several runs as rows of one chart, thinned out, with the places of markers and borders. */
import type { EpochMetrics } from '../../domain/curve.ts';
import type { PlacedRun } from '../../state/runs/runs.ts';
import { thinOut } from '../common/charts/thinOut.ts';

/** Of each curve; more nobody can tell apart, and six curves are drawn at once. */
const MOST_POINTS = 150;
/** Enough to see which curve it is wherever one looks. */
const MARKERS = 8;

export type CurveKind = 'accuracy' | 'loss';
export type CurveSplit = 'training' | 'validation';

export interface OverlayCurve {
  readonly place: number;
  readonly split: CurveSplit;
  /** Of its numbers in the rows. */
  readonly key: string;
  /** Epochs at which a marker is drawn. */
  readonly markedEpochs: ReadonlySet<number>;
}

export interface Overlay {
  /** By epoch, ascending; a curve has no number where its run has no such epoch, or none that is finite. */
  readonly rows: readonly Readonly<Record<string, number>>[];
  readonly curves: readonly OverlayCurve[];
  /** Where runs go over into their second phase: half an epoch before its first. */
  readonly borders: readonly { readonly place: number; readonly epoch: number }[];
}

const VALUES = {
  accuracy: { training: 'accuracy', validation: 'validationAccuracy' },
  loss: { training: 'loss', validation: 'validationLoss' },
} as const satisfies Record<CurveKind, Record<CurveSplit, keyof EpochMetrics>>;

/** @param splits which curves of each run; one without a single number is left out */
export function overlay(
  placed: readonly PlacedRun[],
  kind: CurveKind,
  splits: readonly CurveSplit[],
): Overlay {
  const rows = new Map<number, Record<string, number>>();
  const curves: OverlayCurve[] = [];
  const borders: { place: number; epoch: number }[] = [];
  for (const { run, place } of placed) {
    const thin = thinOut(run.curve, run.bestEpoch, MOST_POINTS);
    for (const split of splits) {
      const key = `${split}${place}`;
      const points = thin.flatMap((metrics) => {
        const value = metrics[VALUES[kind][split]];
        return value !== null && Number.isFinite(value) ? [{ epoch: metrics.epoch, value }] : [];
      });
      if (points.length === 0) continue;
      for (const { epoch, value } of points) {
        const row = rows.get(epoch) ?? { epoch };
        row[key] = value;
        rows.set(epoch, row);
      }
      curves.push({ place, split, key, markedEpochs: marked(points.map(({ epoch }) => epoch)) });
    }
    const border = borderOf(run.curve);
    if (border !== null) borders.push({ place, epoch: border });
  }
  return {
    rows: [...rows].sort(([a], [b]) => a - b).map(([, row]) => row),
    curves,
    borders,
  };
}

/** Between the last epoch of the first phase and the first of the second; null where there are not both. */
function borderOf(curve: readonly EpochMetrics[]): number | null {
  const at = curve.findIndex(({ phase }) => phase === 'fineTune');
  const first = curve[at];
  return at > 0 && first ? first.epoch - 0.5 : null;
}

/** The last, so that every curve has one, and others evenly before it. */
function marked(epochs: readonly number[]): ReadonlySet<number> {
  const step = Math.ceil(epochs.length / MARKERS);
  return new Set(epochs.filter((_epoch, index) => (epochs.length - 1 - index) % step === 0));
}
