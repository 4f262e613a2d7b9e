/** Tries each backend in turn: is it there, is it real hardware, is it right, how fast is it. */
import type {
  Arithmetic,
  BackendName,
  BackendPreference,
  TensorflowBackend,
} from '../../../domain/backends.ts';
import type { CompiledKernels } from '../wasm/builds.ts';
import { activateBackend } from './activate.ts';
import type { Probe } from './choose.ts';
import { runSelfTest, SELF_TEST_TOLERANCE, timeBackend } from './selfTest.ts';
import { runKernelSelfTest, timeKernels } from './selfTestKernels.ts';
import { unlessLost } from './unlessLost.ts';

/** A driver that has not answered by then is of no use, however right its answer would be. */
const PROBE_LIMIT_MS = 30_000;

export const BACKEND_ORDER: readonly BackendName[] = ['webgpu', 'webgl', 'cpu', 'wasm'];

/** Eight bits round; a kernel that is wrong is further off than this fraction of the largest feature. */
const INT8_TOLERANCE = 0.1;

/** What `cpu` would compute with. */
export interface CpuProbe {
  /** null: this browser has no SIMD. */
  readonly kernels: CompiledKernels | null;
  /** Those that may be taken; at least one. */
  readonly arithmetics: readonly [Arithmetic, ...Arithmetic[]];
  /** The kernels do for every node of the network. */
  readonly isCovered: boolean;
}

function blankProbe(name: BackendName) {
  const arithmetic: Arithmetic = 'float32';
  return { name, arithmetic, software: false, maxError: null, estimatedMsPerPicture: null, device: '' };
}

export interface ProbeOptions {
  readonly preference: BackendPreference;
  /** Backends whose device was lost in this session. */
  readonly lost: readonly BackendName[];
  /** Workers that would share the work on the processor. */
  readonly workersOn: (name: BackendName) => number;
  readonly cpu: CpuProbe;
  readonly onTesting: (name: BackendName) => void;
}

async function probeTensorflow(name: TensorflowBackend, workers: number, isWish: boolean): Promise<Probe> {
  const blank = blankProbe(name);
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

async function probeArithmetic(
  kernels: CompiledKernels,
  arithmetic: Arithmetic,
  workers: number,
): Promise<Probe> {
  const found = { ...blankProbe('cpu'), arithmetic, device: `CPU, ${kernels.build} SIMD, ${arithmetic}` };
  try {
    const maxError = await runKernelSelfTest(kernels, arithmetic);
    const tolerance = arithmetic === 'int8' ? INT8_TOLERANCE : SELF_TEST_TOLERANCE;
    if (!(maxError <= tolerance)) return { ...found, fault: 'wrongResults', maxError };
    const estimatedMsPerPicture = (await timeKernels(kernels, arithmetic)) / workers;
    return { ...found, fault: null, maxError, estimatedMsPerPicture };
  } catch (thrown) {
    console.warn(`the kernels of our own cannot be used in ${arithmetic}`, thrown);
    return { ...found, fault: 'unavailable' };
  }
}

/** The fastest arithmetic that is right: with few products an instruction, 8 bits may not be worth their rounding. */
async function probeCpu({ kernels, arithmetics, isCovered }: CpuProbe, workers: number): Promise<Probe> {
  if (!kernels) return { ...blankProbe('cpu'), fault: 'unavailable' };
  if (!isCovered) return { ...blankProbe('cpu'), fault: 'uncovered' };
  const probes: Probe[] = [];
  for (const arithmetic of arithmetics) probes.push(await probeArithmetic(kernels, arithmetic, workers));
  const speed = ({ fault, estimatedMsPerPicture }: Probe) =>
    fault === null && estimatedMsPerPicture !== null ? estimatedMsPerPicture : Number.POSITIVE_INFINITY;
  return probes.reduce((best, probe) => (speed(probe) < speed(best) ? probe : best));
}

/** Probes in the order of `BACKEND_ORDER`; with a wish that works the others are not tried. */
export async function probeBackends(options: ProbeOptions): Promise<Probe[]> {
  const { preference, lost, workersOn, cpu, onTesting } = options;
  const probes = new Map<BackendName, Probe>();
  const test = async (name: BackendName) => {
    if (lost.includes(name)) return { ...blankProbe(name), fault: 'lost' as const };
    onTesting(name);
    return name === 'cpu'
      ? probeCpu(cpu, workersOn(name))
      : probeTensorflow(name, workersOn(name), name === preference);
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
