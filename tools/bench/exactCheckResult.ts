/** What the bench of the exact check found, off the app's own record. */
import type { ExactCheck } from '../../src/domain/metrics.ts';
import type { ModelRecord } from '../../src/domain/model.ts';

/** Of the whole run, from the press of the button to the result. */
const LARGEST_SHARE = 0.1;

export interface CheckShare extends Pick<ExactCheck, 'total' | 'checked' | 'onlyQuick' | 'onlyExact'> {
  readonly checkSeconds: number;
  readonly runSeconds: number;
  readonly share: number;
  readonly isWithin: boolean;
  /** Half the width of the 95 % interval of the difference, in percentage points. */
  readonly halfWidthPoints: number;
}

/** @throws Error where the app computed in float32 and had nothing to check */
export function toCheckShare({ exactCheck }: Pick<ModelRecord, 'exactCheck'>, runMs: number): CheckShare {
  if (!exactCheck) throw new Error('the run checked nothing');
  const { total, checked, onlyQuick, onlyExact, elapsedMs, difference } = exactCheck;
  const share = elapsedMs / runMs;
  return {
    ...{ total, checked, onlyQuick, onlyExact, share, isWithin: share <= LARGEST_SHARE },
    checkSeconds: elapsedMs / 1000,
    runSeconds: runMs / 1000,
    halfWidthPoints: ((difference[1] - difference[0]) / 2) * 100,
  };
}

export function toCheckTable(found: CheckShare): string {
  const { checked, total, onlyQuick, onlyExact, checkSeconds, runSeconds, share, halfWidthPoints } = found;
  return [
    `Exact check: ${checkSeconds.toFixed(1)} s of a run of ${runSeconds.toFixed(1)} s, ${(share * 100).toFixed(1)} % (at most 10 %)`,
    `${checked} of ${total} pictures; right in 8-bit integers alone ${onlyQuick}, in float32 alone ${onlyExact}`,
    `The accuracies differ by what was seen to ±${halfWidthPoints.toFixed(2)} percentage points (95 %)`,
  ].join('\n');
}
