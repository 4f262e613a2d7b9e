/** `npm run bench -- architectures`: each backbone on a picture of its own size, against what PyTorch gives for it. */
import { isPublished } from '../../src/network/backbones/backbone.ts';
import { readArchitectureReferences } from '../architectureReferences.ts';
import { listBackbones } from '../backbones.ts';
import { checkArchitecture, prepareChecks } from '../checkArchitecture.ts';
import { SetupError, say } from '../say.ts';

const TOLERANCE = 1e-3;

/** @throws SetupError where one is further off */
export async function benchArchitectures(): Promise<void> {
  const references = readArchitectureReferences();
  await prepareChecks();
  const far: string[] = [];
  for (const backbone of (await listBackbones()).filter((one) => !isPublished(one))) {
    const answer = references[backbone.id]?.answers.at(-1);
    if (!answer) throw new SetupError(`No reference for ${backbone.id}.`);
    const { tensorflow, kernels, int8Cosine } = await checkArchitecture(backbone, answer);
    const largest = Math.max(tensorflow.logits, kernels.features, kernels.mean);
    if (!(largest < TOLERANCE)) far.push(backbone.id);
    say(`${backbone.id}: off by ${largest.toExponential(1)} at most; int8 cosine ${int8Cosine.toFixed(4)}`);
  }
  if (far.length > 0) throw new SetupError(`Further off than ${TOLERANCE}: ${far.join(', ')}.`);
}
