/**
 * Every architecture without published weights gives what PyTorch, or Keras, gives for it, with weights that a rule fills,
 * on both runtimes of the processor: on small pictures. `npm run bench -- architectures` does it with those it was made for.
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
/** Side of the largest pictures that a test has time for. */
const MOST_PX = 65;

const UNPUBLISHED = BACKBONES.filter((backbone) => !isPublished(backbone));
/** Deeper ones are more of the same blocks; the bench has time for them. */
const SHALLOW = UNPUBLISHED.filter(({ id }) => (REFERENCES[id]?.parameters ?? 0) < 3e7);

beforeAll(prepareChecks);

it.each(UNPUBLISHED)('$id has the parameters that its program counts', (backbone) => {
  const reference = REFERENCES[backbone.id];
  expect(parametersOf(backbone.buildNodes())).toBe(reference?.parameters);
  expect(backbone.inputSizePx).toBe(reference?.answers.at(-1)?.sizePx);
});

describe.each(SHALLOW)('$id', (backbone) => {
  const answers = REFERENCES[backbone.id]?.answers ?? [];

  it('has answers to compare with', () => {
    expect(answers.length).toBeGreaterThan(0);
  });

  it.each(answers.filter(({ sizePx }) => sizePx <= MOST_PX))(
    'gives the outputs that its program gives for $sizePx px',
    async (answer) => {
      const { tensorflow, kernels, int8Cosine, argmax } = await checkArchitecture(backbone, answer);
      for (const deviation of [tensorflow.logits, kernels.features, kernels.mean]) {
        expect(deviation).toBeLessThan(TOLERANCE);
      }
      expect(int8Cosine).toBeGreaterThan(LEAST_COSINE);
      expect(argmax).toBe(answer.argmax);
    },
    60_000,
  );
});
