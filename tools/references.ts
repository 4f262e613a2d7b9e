/** What other programs gave for the published ResNet50: our own reference always, that beside the repository where it lies. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ROOT } from './paths.ts';

const OWN_FILE = join(ROOT, 'tools/fixtures/resnet50.json');
const SHARED_FILE = resolve(ROOT, '../shared/reference/resnet50.json');

const numbers = z.array(z.number()).nonempty();
const top5 = z.array(z.object({ class: z.number().int(), probability: z.number() })).length(5);

const ownSchema = z.object({
  stages: z.record(z.string(), z.object({ every: z.number().int(), norm: z.number(), values: numbers })),
  features: z.array(z.number()).length(2048),
  top5,
});

const sharedSchema = z.object({
  stages_nhwc: z.record(z.string(), z.object({ first8_at_0_0: numbers })),
  features: z.array(z.number()).length(2048),
  logits_first16: numbers,
  top5,
});
/** The other's names of stages, and ours. */
const SHARED_STAGES = { pool1: 'pool1', stage2: 'out2c', stage3: 'out3d' } as const;

export interface StageReference {
  /** Name of our node. */
  readonly node: string;
  /** Values at their places in the output, `[height, width, channels]` laid out flat. */
  readonly values: readonly (readonly [index: number, value: number])[];
  /** Euclidean length of the whole output; null where it is not known. */
  readonly norm: number | null;
}

export interface Reference {
  readonly madeBy: string;
  /** The picture: value 0–255 of a channel (red, green, blue) at a place. */
  readonly valueAt: (row: number, column: number, channel: number) => number;
  readonly stages: readonly StageReference[];
  readonly features: readonly number[];
  /** Before softmax, as far as they are known. */
  readonly firstLogits: readonly number[];
  /** Likeliest first. */
  readonly top5: readonly { readonly class: number; readonly probability: number }[];
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function ownReference(): Reference {
  const { stages, features, top5 } = ownSchema.parse(read(OWN_FILE));
  return {
    madeBy: 'the outputs of Keras',
    // The rule of tools/fixtures/resnet50.py.
    valueAt: (row, column, channel) =>
      Math.floor((row * row * (channel + 1) + column * column * (3 - channel)) / 64) % 256,
    stages: Object.entries(stages).map(([node, { every, norm, values }]) => ({
      node,
      norm,
      values: values.map((value, i) => [i * every, value] as const),
    })),
    features,
    firstLogits: [],
    top5,
  };
}

function sharedReference(): Reference {
  const { stages_nhwc, features, logits_first16, top5 } = sharedSchema.parse(read(SHARED_FILE));
  return {
    madeBy: 'the outputs of PyTorch that lie beside the repository',
    valueAt: (row, column, channel) =>
      (3 * row + 5 * column + 89 * channel + Math.floor((row * column) / 64)) % 256,
    stages: Object.entries(SHARED_STAGES).map(([name, node]) => ({
      node,
      norm: null,
      values: (stages_nhwc[name]?.first8_at_0_0 ?? [Number.NaN]).map((value, i) => [i, value] as const),
    })),
    features,
    firstLogits: logits_first16,
    top5,
  };
}

/** All there are here: one on a clean clone. */
export function readReferences(): Reference[] {
  return [ownReference(), ...(existsSync(SHARED_FILE) ? [sharedReference()] : [])];
}

/** The reference's picture as RGBA. */
export function toPixels(valueAt: Reference['valueAt'], sizePx: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(sizePx * sizePx * 4).fill(255);
  for (let row = 0; row < sizePx; row++) {
    for (let column = 0; column < sizePx; column++) {
      for (let channel = 0; channel < 3; channel++) {
        pixels[(row * sizePx + column) * 4 + channel] = valueAt(row, column, channel);
      }
    }
  }
  return pixels;
}
