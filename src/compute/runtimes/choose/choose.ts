/** Which backend to take, from what was measured of each. Pure, so that every case can be tested. */
import type {
  Arithmetic,
  BackendCandidate,
  BackendName,
  BackendPreference,
  BackendVerdict,
} from '../../../domain/backends.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Probe } from '../runtime.ts';

export interface Choice {
  readonly chosen: BackendName;
  readonly arithmetic: Arithmetic;
  readonly candidates: readonly BackendCandidate[];
}

function speed(probe: Probe): number {
  return probe.estimatedMsPerPicture ?? Number.POSITIVE_INFINITY;
}

/** Usable first, hardware before software, then the fastest. WASM is no software adapter: it never pretends. */
function isBetter(a: Probe, b: Probe): boolean {
  if (a.software !== b.software) return b.software;
  return speed(a) < speed(b);
}

/**
 * The person's wish if it can be met, else the fastest backend that is right.
 * @throws AppError `noBackend` if none works.
 */
export function pickBackend(probes: readonly Probe[], preference: BackendPreference): Choice {
  const usable = probes.filter((probe) => probe.fault === null);
  const [first, ...rest] = usable;
  if (!first) throw new AppError('noBackend');
  const best = rest.reduce((winner, probe) => (isBetter(probe, winner) ? probe : winner), first);
  const wished = usable.find((probe) => probe.name === preference);
  const taken = wished ?? best;

  const verdictOf = (probe: Probe): BackendVerdict => {
    if (probe.fault) return probe.fault;
    if (probe !== taken) return probe.software ? 'software' : 'slower';
    if (wished) return 'chosenByPerson';
    return usable.length === 1 ? 'onlyOne' : 'fastest';
  };
  const candidates = probes.map((probe) => ({
    name: probe.name,
    verdict: verdictOf(probe),
    maxError: probe.maxError,
    estimatedMsPerPicture: probe.estimatedMsPerPicture,
    device: probe.device,
    uncoveredNode: probe.gap?.nodeName ?? null,
  }));
  return { chosen: taken.name, arithmetic: taken.arithmetic, candidates };
}
