/** Whether a TensorFlow.js backend is there, is real hardware, is right, and how fast it is. */
import type { TensorflowBackend } from '../../../domain/backends.ts';
import { blankProbe, type Probe, type ProbeQuestion } from '../runtime.ts';
import { SELF_TEST_TOLERANCE } from '../selfTest.ts';
import { unlessLost } from '../unlessLost.ts';
import { activateBackend } from './activate.ts';
import { runSelfTest, timeBackend } from './selfTestBackend.ts';

/** A driver that has not answered by then is of no use, however right its answer would be. */
const PROBE_LIMIT_MS = 30_000;

export async function probeTensorflow(
  name: TensorflowBackend,
  { workers, isWish }: ProbeQuestion,
): Promise<Probe> {
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
