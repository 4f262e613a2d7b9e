/** What each kind of record must be, down to the lengths of its arrays. Loaded once there is a record to read. */
import {
  dataSummarySchema,
  epochSchema,
  metricsSchema,
  modelDescriptionSchema,
  seenBeforeSchema,
  seenPicturesSchema,
  settingsSchema,
} from '../domain/modelSchema.ts';
import { MOST_TITLE } from '../domain/networkTitle.ts';
import type { RecordKind } from '../domain/olderVersions.ts';
import type { Network } from '../network/network.ts';
import { checkNetwork, InvalidNetworkError } from '../network/shapes.ts';
import { z } from '../shared/zod.ts';

const text = z.string();
const count = z.number().int().min(0);
const splitName = z.enum(['train', 'validation', 'test']);
const arithmetic = z.enum(['int8', 'float32']);
/** The best loss of a run that has none yet is infinite. */
const lossToBeat = z.custom<number>((value) => typeof value === 'number' && !Number.isNaN(value));
const values = z.instanceof(Float32Array);

/** Its nodes and weights belong together; whether they are finite is asked where they are to learn on. */
const networkSchema = z
  .object({
    name: text,
    nodes: z.array(z.looseObject({ op: text, name: text, inputs: z.array(text) })),
    weights: z.record(text, z.object({ shape: z.array(count), values })),
  })
  .superRefine((network, context) => {
    try {
      checkNetwork(network as unknown as Network);
    } catch (thrown) {
      // Fields that a node lacks may show in any other way.
      const message = thrown instanceof InvalidNetworkError ? thrown.message : 'no network';
      context.addIssue({ code: 'custom', message });
    }
  });

const modelSchema = z.object({
  ...modelDescriptionSchema.shape,
  id: text,
  updatedAt: text,
  sizeBytes: count,
});

const runSchema = z.object({
  id: text,
  modelId: text.nullable(),
  startedAt: text,
  elapsedMs: z.number().min(0),
  settings: settingsSchema,
  curve: z.array(epochSchema),
  bestEpoch: count,
  stopReason: z.enum(['allEpochs', 'earlyStopping', 'finishedByPerson', 'cancelled', 'notFinite']),
  metrics: z.object({ validation: metricsSchema.nullable(), test: metricsSchema.nullable() }),
  data: dataSummarySchema,
  arithmetic: arithmetic.optional(),
  startedFrom: text.optional(),
  networkTitle: z.string().min(1).max(MOST_TITLE).optional(),
});

const runningSchema = z.object({
  steps: count,
  startState: z.number(),
  lossSum: z.number(),
  weightSum: z.number(),
  correct: z.number(),
});

/** Of the snapshot, what is no weight; weights may still lie in pieces. */
const factsSchema = z.object({
  epoch: count,
  curve: z.array(epochSchema),
  bestEpoch: count,
  optimizerSteps: count,
  randomState: z.number(),
  bestLoss: lossToBeat.optional(),
  running: runningSchema.optional(),
  phase: z.literal('fineTune').optional(),
});

const checkpointSchema = z.object({
  startedAt: text,
  savedAt: text,
  data: dataSummarySchema,
  classNames: z.array(text).min(1),
  examples: z.array(z.object({ hash: text, classIndex: count, split: splitName })),
  settings: settingsSchema,
  arithmetic,
  startedFrom: text.optional(),
  startSeen: seenPicturesSchema.optional(),
  seenBefore: seenBeforeSchema.optional(),
  fingerprint: text.optional(),
  plannedEpochs: count,
  snapshot: factsSchema,
});

/** What of a checkpoint learns on: all of it finite, or every number after it would be none. */
const weightsSchema = z.object({
  head: networkSchema,
  bestHead: networkSchema,
  optimizerState: z.record(text, values),
});

const fractionsSchema = z.object({ train: z.number(), validation: z.number(), test: z.number() });

const datasetSchema = z.object({
  name: text,
  classes: z.array(z.object({ id: text, name: text })),
  pictures: z.array(
    z.object({
      id: text,
      hash: text,
      name: text,
      path: text,
      classId: text,
      folderSplit: splitName.nullable(),
      burstId: text.nullable(),
      widthPx: z.number(),
      heightPx: z.number(),
      sizeBytes: z.number(),
    }),
  ),
  skipped: z.array(
    z.object({ path: text, reason: text, details: z.record(text, z.union([text, z.number()])) }),
  ),
  split: z.object({
    source: z.enum(['folders', 'fractions']),
    fractions: fractionsSchema,
    seed: z.number(),
    groupPattern: text.nullable(),
  }),
  deals: z
    .array(
      z.object({
        ...{ fractions: fractionsSchema, seed: z.number(), groupPattern: text.nullable() },
        parts: z.record(text, splitName),
      }),
    )
    .optional(),
});

const ownBackboneSchema = z.object({
  fingerprint: text,
  backboneId: text,
  fileName: text,
  addedAt: text,
  inputSizePx: count,
  sizeBytes: count,
  preprocessing: text.nullable(),
  knowsImagenet: z.boolean(),
  fit: z.object({ naming: text, found: count, extra: z.array(text), extraCount: count }),
  fileSha256: text.optional(),
});

const SCHEMAS: Readonly<Record<RecordKind, z.ZodType>> = {
  model: modelSchema,
  run: runSchema,
  checkpoint: checkpointSchema,
  dataset: datasetSchema,
  head: networkSchema,
  ownBackbone: ownBackboneSchema,
};

/** What is wrong with a record, for the log; null where nothing is. */
export function problemOf(kind: RecordKind, record: unknown): string | null {
  return firstIssue(SCHEMAS[kind], record);
}

/** The same for the weights of a snapshot that a run is to go on from. */
export function weightProblemOf(snapshot: unknown): string | null {
  const problem = firstIssue(weightsSchema, snapshot);
  if (problem !== null) return problem;
  const { head, bestHead, optimizerState } = snapshot as z.infer<typeof weightsSchema>;
  for (const [key, moments] of Object.entries(optimizerState)) {
    const weight = head.weights[key.slice(0, key.lastIndexOf('|'))];
    if (weight && weight.values.length !== moments.length) return `${key} is not of its weight's length`;
  }
  const arrays = [
    ...Object.values(head.weights).map((weight) => weight.values),
    ...Object.values(bestHead.weights).map((weight) => weight.values),
    ...Object.values(optimizerState),
  ];
  return arrays.every(isFiniteArray) ? null : 'a weight is no number';
}

function isFiniteArray(array: Float32Array): boolean {
  // Infinity and NaN are NaN times 0, and a sum with one of them stays it.
  let sum = 0;
  for (const value of array) sum += value * 0;
  return sum === 0;
}

function firstIssue(schema: z.ZodType, value: unknown): string | null {
  const { success, error } = schema.safeParse(value);
  if (success) return null;
  const [issue] = error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}
