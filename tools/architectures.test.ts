/**
 * Every architecture without published weights gives what PyTorch gives for it, with weights that a rule fills, on both
 * runtimes of the processor: on small pictures. `npm run bench -- architectures` does it with those it was made for.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isPublished } from '../src/network/backbones/backbone.ts';
import { BACKBONES } from '../src/network/backbones/registry.ts';
import { parametersOf } from '../src/network/cost.ts';
import { readArchitectureReferences } from './architectureReferences.ts';
import { checkArchitecture, prepareChecks } from './checkArchitecture.ts';
import { ROOT } from './paths.ts';

const REFERENCES = readArchitectureReferences();

/** Others' numbers for the same rule, where they lie beside the repository. */
const sharedSchema = z.object({
  models: z.record(z.string(), z.object({ parameters: z.number(), logits_first16: z.array(z.number()) })),
});
const SHARED_FILE = resolve(ROOT, '../shared/reference/architectures.json');
/** Their names where they are not ours. */
const SHARED_NAMES: Readonly<Record<string, string>> = {
  'resnet50-torchvision': 'resnet50',
  'resnext50-32x4d': 'resnext50_32x4d',
  'mobilenet-v2': 'mobilenet_v2',
  'cifar-resnet18': 'cifar_resnet18',
};

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

describe.runIf(existsSync(SHARED_FILE))('our references', () => {
  it('are those of another hand, where both have a network', () => {
    const { models } = sharedSchema.parse(JSON.parse(readFileSync(SHARED_FILE, 'utf8')));
    const shared = Object.entries(REFERENCES).flatMap(([id, own]) => {
      const theirs = models[SHARED_NAMES[id] ?? id];
      return theirs ? [{ own, theirs }] : [];
    });
    expect(shared.length).toBeGreaterThan(5);
    for (const { own, theirs } of shared) {
      expect(own.parameters).toBe(theirs.parameters);
      const logits = own.answers.at(-1)?.logits ?? [];
      logits.forEach((value, i) => {
        expect(Math.abs(value - (theirs.logits_first16[i] ?? Number.NaN))).toBeLessThan(1e-4);
      });
    }
  });
});
