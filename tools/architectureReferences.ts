/** What PyTorch and Keras give for each architecture with weights that a rule fills, as the scripts in tools/fixtures/ wrote it down. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Preprocessing } from '../src/network/network.ts';
import { ROOT } from './paths.ts';

const answerSchema = z.object({
  /** Side of the picture. */
  sizePx: z.number().int(),
  /** Sixteen or more, evenly spread. */
  features: z.array(z.number()).min(16),
  featuresMean: z.number(),
  /** The first of them. */
  logits: z.array(z.number()).min(10),
  argmax: z.number().int(),
});
const referencesSchema = z.record(
  z.string(),
  z.object({
    parameters: z.number().int(),
    /** To the smallest picture first, last to one of the size that the architecture was made for. */
    answers: z.array(answerSchema).min(1),
  }),
);
export type ArchitectureReference = z.infer<typeof referencesSchema>[string];
export type ReferenceAnswer = z.infer<typeof answerSchema>;

/** By the ids of our backbones. */
export function readArchitectureReferences(): Readonly<Record<string, ArchitectureReference>> {
  const files = ['architectures.json', 'kerasArchitectures.json'];
  const written = files.map((file): unknown =>
    JSON.parse(readFileSync(join(ROOT, 'tools/fixtures', file), 'utf8')),
  );
  return Object.assign({}, ...written.map((one) => referencesSchema.parse(one)));
}

/** The picture of tools/fixtures/rule.py, preprocessed: `[sizePx, sizePx, 3]`. */
export function referencePicture(sizePx: number, { matrix, bias }: Preprocessing): Float32Array<ArrayBuffer> {
  const values = new Float32Array(sizePx * sizePx * 3);
  for (let row = 0, at = 0; row < sizePx; row++) {
    for (let column = 0; column < sizePx; column++) {
      const rgb = [0, 1, 2].map(
        (channel) => (3 * row + 5 * column + 89 * channel + Math.floor((row * column) / 64)) % 256,
      );
      for (let channel = 0; channel < 3; channel++, at++) {
        const mixed = rgb.reduce((sum, value, from) => sum + value * (matrix[channel * 3 + from] ?? 0), 0);
        values[at] = mixed + (bias[channel] ?? 0);
      }
    }
  }
  return values;
}

/** Those of all features that the reference holds. */
export function spreadFeatures(features: Float32Array, { features: kept }: ReferenceAnswer): number[] {
  const every = Math.max(1, Math.floor(features.length / 16));
  return kept.map((_, i) => features[i * every] ?? Number.NaN);
}
