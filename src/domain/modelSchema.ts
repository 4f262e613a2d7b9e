/** What a model description read from outside must be; what earlier versions did not write gets its default. */
import { z } from '../shared/zod.ts';
import type { ModelDescription } from './model.ts';
import { DEFAULT_TRAIN_SETTINGS as DEFAULTS } from './trainSettings.ts';

const text = z.string().max(10_000);
const count = z.number().int().min(0);
const fraction = z.number().min(0).max(1);
const orNull = z.number().nullable();

const intervalSchema = z.tuple([fraction, fraction]);

export const metricsSchema = z.object({
  count,
  accuracy: fraction,
  accuracyInterval: intervalSchema,
  perClass: z.array(
    z.object({
      classIndex: count,
      support: count,
      precision: fraction.nullable(),
      recall: fraction.nullable(),
      f1: fraction.nullable(),
    }),
  ),
  confusion: z.array(z.array(count)),
});

/** Sizes that a run can be made with: "Train again" takes them over, and a batch of none would never end. */
const size = z.number().int().min(1).max(65_536);

const strength = z.number().min(0).max(360);

const augmentationSchema = z.object({
  rotationDegrees: strength,
  widthShift: fraction,
  heightShift: fraction,
  horizontalFlip: z.boolean(),
  verticalFlip: z.boolean(),
  zoom: fraction,
  shearDegrees: strength,
  brightness: fraction,
  contrast: fraction,
  saturation: fraction,
  hue: fraction,
  resizedCrop: fraction,
  cropPaddingPx: z.number().min(0).max(64),
  erasing: fraction,
  mixUp: z.number().min(0).max(10),
  cutMix: z.number().min(0).max(10),
  views: z.number().int().min(1).max(100),
});

const fineTuneSchema = z.object({
  stages: z.union([z.literal(1), z.literal(2), z.literal('all')]),
  epochs: size,
  learningRate: z.number().min(0),
  batchSize: size,
});

/** What files of earlier versions lack has the default, with which a run is what it was without that setting. */
export const settingsSchema = z.object({
  head: z.enum(['mlp', 'linear']),
  hiddenUnits: size,
  dropout: z.number().min(0).lt(1),
  l2: z.number().min(0),
  optimizer: z.enum(['adam', 'adamw', 'sgd', 'rmsprop']),
  learningRate: z.number().min(0),
  schedule: z.enum(['constant', 'step', 'cosine', 'plateau', 'oneCycle']).default(DEFAULTS.schedule),
  warmupFraction: z.number().min(0).lt(1).default(DEFAULTS.warmupFraction),
  rateFactor: z.number().gt(0).max(1).default(DEFAULTS.rateFactor),
  rateStepEpochs: size.default(DEFAULTS.rateStepEpochs),
  plateauPatience: size.default(DEFAULTS.plateauPatience),
  minimumRate: z.number().min(0).default(DEFAULTS.minimumRate),
  momentum: z.number(),
  nesterov: z.boolean().default(DEFAULTS.nesterov),
  weightDecay: z.number().min(0),
  labelSmoothing: z.number().min(0).lt(1).default(DEFAULTS.labelSmoothing),
  focalGamma: z.number().min(0).max(10).default(DEFAULTS.focalGamma),
  clipNorm: z.number().gt(0).nullable().default(DEFAULTS.clipNorm),
  batchSize: size,
  accumulationSteps: size.default(DEFAULTS.accumulationSteps),
  epochs: size,
  earlyStoppingPatience: size.nullable(),
  classWeights: z.enum(['none', 'balanced']),
  augmentation: augmentationSchema.nullable().default(null),
  fineTune: fineTuneSchema.nullable().default(null),
  seed: z.number(),
});

export const epochSchema = z.object({
  epoch: count,
  loss: z.number(),
  accuracy: fraction,
  validationLoss: orNull,
  validationAccuracy: fraction.nullable(),
  elapsedMs: z.number().min(0),
  learningRate: z.number().min(0).optional(),
  phase: z.literal('fineTune').optional(),
});

export const dataSummarySchema = z.object({
  name: text,
  counts: z.array(z.object({ className: text, train: count, validation: count, test: count })),
  seed: z.number(),
  splitSource: z.enum(['folders', 'fractions']),
});

export const modelDescriptionSchema = z.object({
  name: text,
  classNames: z
    .array(text)
    .min(1)
    .max(100_000)
    .refine((names) => new Set(names).size === names.length, 'two classes of one name'),
  createdAt: z.iso.datetime({ offset: true }),
  backbone: z.object({
    id: text,
    fingerprint: text,
    inputSizePx: z.number().int().min(1).max(4096),
    featureCount: z.number().int().min(1).max(1_000_000),
    resize: z.object({
      fit: z.enum(['stretch', 'centerCrop']),
      cropFraction: z.number().gt(0).max(1),
      version: count,
    }),
  }),
  data: dataSummarySchema,
  settings: settingsSchema,
  curve: z.array(epochSchema).max(1_000_000),
  bestEpoch: count,
  metrics: z.object({ validation: metricsSchema.nullable(), test: metricsSchema.nullable() }),
  arithmetic: z.enum(['int8', 'float32']).optional(),
  exactMetrics: metricsSchema.nullable().optional(),
}) satisfies z.ZodType<ModelDescription>;
