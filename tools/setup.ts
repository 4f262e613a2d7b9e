/** Makes everything the app needs and git does not hold: kernels, weights and sample pictures. Cheap when it is done already. */
import { buildKernels } from './kernels.ts';
import { isMain } from './paths.ts';
import { buildSamples } from './samples.ts';
import { runMain } from './say.ts';
import { buildWeights } from './weights.ts';

/** @throws SetupError if the published weights cannot be had. */
export async function setUp(): Promise<void> {
  await buildKernels();
  await buildWeights();
  await buildSamples();
}

if (isMain(import.meta.url)) await runMain(setUp);
