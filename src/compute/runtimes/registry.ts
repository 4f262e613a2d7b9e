/** The runtimes there are: each folder here that has a `runtime.ts`. A new one needs no line here. */
import type { BackendName } from '../../domain/backends.ts';
import type { NetworkNode } from '../../network/network.ts';
import type { NormMode } from '../training/trainablePlan.ts';
import type { Runtime } from './runtime.ts';

const FOUND = Object.values(import.meta.glob<Runtime>('./*/runtime.ts', { import: 'runtime', eager: true }));

/** The fallback is the last. */
export const RUNTIMES: readonly Runtime[] = FOUND.toSorted(
  (a, b) => Number(a.isFallback) - Number(b.isFallback),
);

/** What computes features on a backend. @throws Error for a backend that none computes on */
export function runtimeOf(backend: BackendName): Runtime {
  const runtime = RUNTIMES.find(({ backends }) => backends.includes(backend));
  if (!runtime) throw new Error(`no runtime computes on ${backend}`);
  return runtime;
}

/** The first that trains a network beside a backend; what the others lack stands in the log. @throws Error if none does */
export async function trainingRuntimeOf(
  backend: BackendName,
  nodes: readonly NetworkNode[],
  norms: NormMode,
): Promise<Runtime> {
  for (const runtime of RUNTIMES) {
    if (!runtime.trainsBeside.includes(backend)) continue;
    const gap = await runtime.trainingGap(nodes, norms);
    if (!gap) return runtime;
    console.warn(`${runtime.name} does not train ${gap.nodeName}: ${gap.because}`);
  }
  throw new Error(`no runtime trains beside ${backend}`);
}
