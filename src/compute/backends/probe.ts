/** Tries each backend in turn: is it there, is it real hardware, is it right, how fast is it. */
import type { BackendName, BackendPreference } from '../../rpc/protocol.ts';
import { activateBackend } from './activate.ts';
import type { Probe } from './choose.ts';
import { runSelfTest, SELF_TEST_TOLERANCE, timeBackend } from './selfTest.ts';
import { unlessLost } from './unlessLost.ts';

/** A driver that has not answered by then is of no use, however right its answer would be. */
const PROBE_LIMIT_MS = 30_000;

export const BACKEND_ORDER: readonly BackendName[] = ['webgpu', 'webgl', 'wasm'];

export interface ProbeOptions {
  readonly preference: BackendPreference;
  /** Backends whose device was lost in this session. */
  readonly lost: readonly BackendName[];
  /** Workers that would share the work on WASM. */
  readonly wasmWorkers: number;
  readonly onTesting: (name: BackendName) => void;
}

async function probeOne(name: BackendName, workers: number, isWish: boolean): Promise<Probe> {
  const blank = { name, software: false, maxError: null, estimatedMsPerPicture: null, device: '' };
  try {
    const active = await activateBackend(name);
    const found = { ...blank, device: active.device, software: active.software };
    if (active.float16Only) return { ...found, fault: 'float16Only' };
    const inTime = AbortSignal.any([active.lost, AbortSignal.timeout(PROBE_LIMIT_MS)]);
    const maxError = await unlessLost(inTime, runSelfTest());
    if (!(maxError <= SELF_TEST_TOLERANCE)) return { ...found, fault: 'wrongResults', maxError };
    // Software adapters rank last whatever they would need, and timing them takes long.
    if (active.software && !isWish) return { ...found, fault: null, maxError };
    const estimatedMsPerPicture = (await unlessLost(inTime, timeBackend())) / workers;
    return { ...found, fault: null, maxError, estimatedMsPerPicture };
  } catch (thrown) {
    console.warn(`backend ${name} cannot be used`, thrown);
    return { ...blank, fault: 'unavailable' };
  }
}

/** Probes in the order of `BACKEND_ORDER`; with a wish that works the others are not tried. */
export async function probeBackends(options: ProbeOptions): Promise<Probe[]> {
  const { preference, lost, wasmWorkers, onTesting } = options;
  const probes = new Map<BackendName, Probe>();
  const test = async (name: BackendName) => {
    if (lost.includes(name)) {
      const fault = 'lost' as const;
      return { name, fault, software: false, maxError: null, estimatedMsPerPicture: null, device: '' };
    }
    onTesting(name);
    return probeOne(name, name === 'wasm' ? wasmWorkers : 1, name === preference);
  };
  if (preference !== 'auto') probes.set(preference, await test(preference));
  const isWishMet = preference !== 'auto' && probes.get(preference)?.fault === null;
  for (const name of BACKEND_ORDER) {
    if (probes.has(name)) continue;
    const skipped: Probe = {
      name,
      fault: 'notTried',
      software: false,
      maxError: null,
      estimatedMsPerPicture: null,
      device: '',
    };
    probes.set(name, isWishMet ? skipped : await test(name));
  }
  return BACKEND_ORDER.flatMap((name) => probes.get(name) ?? []);
}
