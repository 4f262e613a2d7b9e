/** Tries each backend in turn, as its runtime does. */
import type { BackendName, BackendPreference } from '../../../domain/backends.ts';
import { runtimeOf } from '../registry.ts';
import { blankProbe, type Probe, type ProbeQuestion } from '../runtime.ts';

export const BACKEND_ORDER: readonly BackendName[] = ['webgpu', 'webgl', 'cpu', 'wasm'];

export interface ProbeOptions extends Pick<ProbeQuestion, 'nodes' | 'ranges' | 'arithmetics'> {
  readonly preference: BackendPreference;
  /** Backends whose device was lost in this session. */
  readonly lost: readonly BackendName[];
  /** Workers that would share the work. */
  readonly workersOn: (name: BackendName) => number;
  readonly onTesting: (name: BackendName) => void;
}

/** Probes in the order of `BACKEND_ORDER`; with a wish that works the others are not tried. */
export async function probeBackends(options: ProbeOptions): Promise<Probe[]> {
  const { preference, lost, workersOn, onTesting, nodes, ranges, arithmetics } = options;
  const probes = new Map<BackendName, Probe>();
  const test = async (name: BackendName): Promise<Probe> => {
    if (lost.includes(name)) return { ...blankProbe(name), fault: 'lost' };
    onTesting(name);
    const question = { backend: name, nodes, ranges, arithmetics, workers: workersOn(name) };
    return runtimeOf(name).probe({ ...question, isWish: name === preference });
  };
  if (preference !== 'auto') probes.set(preference, await test(preference));
  const isWishMet = preference !== 'auto' && probes.get(preference)?.fault === null;
  for (const name of BACKEND_ORDER) {
    if (probes.has(name)) continue;
    const skipped: Probe = { ...blankProbe(name), fault: 'notTried' };
    probes.set(name, isWishMet ? skipped : await test(name));
  }
  return BACKEND_ORDER.flatMap((name) => probes.get(name) ?? []);
}
