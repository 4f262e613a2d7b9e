/** Whether our own kernels can run a network here, in which arithmetic, and how fast. */
import type { Arithmetic } from '../../../domain/backends.ts';
import type { NetworkNode } from '../../../network/network.ts';
import type { ActivationRanges } from '../../../network/quantise.ts';
import { blankProbe, type Gap, type Probe, type ProbeQuestion } from '../runtime.ts';
import { SELF_TEST_TOLERANCE } from '../selfTest.ts';
import type { CompiledKernels } from './builds.ts';
import { UncoveredNodeError } from './inference/fuse.ts';
import { planInference } from './inference/inferencePlan.ts';
import { runKernelSelfTest, timeKernels } from './selfTestKernels.ts';

/** Eight bits round; a kernel that is wrong is further off than this fraction of the largest feature. */
const INT8_TOLERANCE = 0.1;

/** null: the kernels run all of the network. A line in the log names what they run in float32 for want of ranges. */
export function inferenceGap(
  nodes: readonly NetworkNode[],
  arithmetic: Arithmetic,
  ranges: ActivationRanges,
): Gap | null {
  try {
    const { inFloat } = planInference(nodes, arithmetic, ranges);
    // The first convolution reads the picture itself and is meant to be exact.
    if (inFloat.length > 1) console.warn(`in float32 for want of ranges: ${inFloat.join(', ')}`);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof UncoveredNodeError)) throw thrown;
    return { nodeName: thrown.nodeName, because: thrown.message };
  }
}

async function probeArithmetic(
  kernels: CompiledKernels,
  arithmetic: Arithmetic,
  workers: number,
): Promise<Probe> {
  const device = `CPU, ${kernels.build} SIMD, ${arithmetic}`;
  const found = { ...blankProbe('cpu'), arithmetic, device };
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

/**
 * The fastest arithmetic that is right: with few products an instruction, 8 bits may not be worth their rounding.
 * @param kernels null: this browser has no SIMD
 */
export async function probeKernels(
  kernels: CompiledKernels | null,
  { nodes, arithmetics, ranges, workers }: ProbeQuestion,
): Promise<Probe> {
  const blank = blankProbe('cpu');
  if (!kernels) return { ...blank, fault: 'unavailable' };
  const gap = inferenceGap(nodes, arithmetics[0], ranges);
  if (gap) return { ...blank, fault: 'uncovered', gap };
  const probes: Probe[] = [];
  for (const arithmetic of arithmetics) probes.push(await probeArithmetic(kernels, arithmetic, workers));
  const speed = ({ fault, estimatedMsPerPicture }: Probe) =>
    fault === null && estimatedMsPerPicture !== null ? estimatedMsPerPicture : Number.POSITIVE_INFINITY;
  return probes.reduce((best, probe) => (speed(probe) < speed(best) ? probe : best));
}
