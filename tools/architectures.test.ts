/**
 * Every architecture without published weights gives what PyTorch gives for it, with weights that a rule fills, on both
 * runtimes of the processor: on small pictures. `npm run bench -- architectures` does it with those it was made for.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { isPublished } from '../src/network/backbones/backbone.ts';
import { BACKBONES } from '../src/network/backbones/registry.ts';
import { parametersOf } from '../src/network/cost.ts';
import { readArchitectureReferences } from './architectureReferences.ts';
import { checkArchitecture, prepareChecks } from './checkArchitecture.ts';

const REFERENCES = readArchitectureReferences();

/** Of the largest that is expected. */
const TOLERANCE = 1e-3;
const LEAST_COSINE = 0.99;

const UNPUBLISHED = BACKBONES.filter((backbone) => !isPublished(backbone));
/** Deeper ones are more of the same blocks; the bench has time for them. */
const SHALLOW = UNPUBLISHED.filter(({ id }) => (REFERENCES[id]?.parameters ?? 0) < 3e7);

beforeAll(prepareChecks);

it.each(UNPUBLISHED)('$id has the parameters that PyTorch counts', (backbone) => {
  const reference = REFERENCES[backbone.id];
  expect(parametersOf(backbone.buildNodes())).toBe(reference?.parameters);
  expect(backbone.inputSizePx).toBe(reference?.answers.at(-1)?.sizePx);
});

describe.each(SHALLOW)('$id', (backbone) => {
  it('gives the outputs that PyTorch gives', async () => {
    const [answer] = REFERENCES[backbone.id]?.answers ?? [];
    if (!answer) throw new Error(`tools/fixtures/architectures.py knows no ${backbone.id}`);
    const { tensorflow, kernels, int8Cosine, argmax } = await checkArchitecture(backbone, answer);
    for (const deviation of [tensorflow.logits, kernels.features, kernels.mean]) {
      expect(deviation).toBeLessThan(TOLERANCE);
    }
    expect(int8Cosine).toBeGreaterThan(LEAST_COSINE);
    expect(argmax).toBe(answer.argmax);
  }, 60_000);
});
