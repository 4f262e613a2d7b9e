/** What a model description read from outside must be; what earlier versions did not write gets its default. */
import { shortList, z } from '../shared/zod.ts';
import type { Metrics } from './metrics.ts';
import type { ModelDescription } from './model.ts';
import { isMarks } from './seenPictures.ts';
import { DEFAULT_TRAIN_SETTINGS as DEFAULTS } from './trainSettings.ts';

/** More than a page can list. A head of so many classes trains nowhere in a browser. */
const MAX_CLASSES = 4_096;
/** Four times what the longest run of two phases makes. */
/** Letters of a network's definition: thousands of nodes. */
const MOST_DEFINITION = 2_000_000;
const MAX_EPOCHS = 8_192;

const text = z.string().max(10_000);
const count = z.number().int().min(0);
const fraction = z.number().min(0).max(1);
const orNull = z.number().nullable();

const intervalSchema = z.tuple([fraction, fraction]);

const isCount = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** By a loop of its own: a schema takes seconds and gigabytes for the millions of cells that a file may list. */
function isCountMatrix(value: unknown): boolean {
  const isShort = (list: unknown): list is readonly unknown[] =>
    Array.isArray(list) && list.length <= MAX_CLASSES;
  return isShort(value) && value.every((row) => isShort(row) && row.every(isCount));
}

export const metricsSchema = z.object({
  count,
  accuracy: fraction,
  accuracyInterval: intervalSchema,
  perClass: shortList(
    z.object({
      classIndex: count,
      support: count,
      precision: fraction.nullable(),
      recall: fraction.nullable(),
      f1: fraction.nullable(),
    }),
    MAX_CLASSES,
  ),
  confusion: z.custom<number[][]>(isCountMatrix, 'no matrix of counts'),
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
  norms: z.literal('learning').optional(),
});

/** Text of a file of a network; what is in it is asked where it is read. */
const definition = z.string().max(MOST_DEFINITION).optional();

const colours = z.object({
  mean: z.array(z.number().min(0).max(255)).length(3),
  // A colour that never changes would be divided by nothing.
  deviation: z.array(z.number().min(0.5).max(255)).length(3),
});

/** Sizes that one can mean; whether all of them together can be held is asked where the network is built. */
const layers = z
  .object({ filters: z.array(z.number().int().min(1).max(4_096)).min(1).max(8), denseUnits: size })
  .optional();

const fromScratchSchema = z.object({
  backboneId: z.string().min(1).max(64),
  inputSizePx: z.number().int().min(1).max(4096),
  definition,
  layers,
  normalisation: z.union([z.literal('data'), colours]).optional(),
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
  fromScratch: fromScratchSchema.nullable().default(null),
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

/** Of a million pictures at most. */
const marks = z.string().max(16_000_000).refine(isMarks, 'no marks of pictures');

export const seenPicturesSchema = z.object({
  train: marks,
  validation: marks,
  isPartial: z.literal(true).optional(),
});

export const seenBeforeSchema = z.object({
  test: count,
  validation: count,
  isValidationSeen: z.boolean(),
  isUnknown: z.boolean(),
});

const difference = z.number().min(-1).max(1);

const exactCheckSchema = z.object({
  total: count,
  checked: count,
  onlyQuick: count,
  onlyExact: count,
  difference: z.tuple([difference, difference]),
  elapsedMs: z.number().min(0),
});

export const dataSummarySchema = z.object({
  name: text,
  counts: shortList(z.object({ className: text, train: count, validation: count, test: count }), MAX_CLASSES),
  seed: z.number(),
  splitSource: z.enum(['folders', 'fractions']),
});

const ensembleSchema = z.object({
  members: shortList(
    z.object({
      name: text,
      weight: z.number().min(0).max(1.000001),
      testAccuracy: z.number().min(0).max(1).nullable(),
    }),
    MAX_CLASSES,
  ),
  weighting: z.enum(['average', 'fitted']),
  flips: z.boolean(),
});

export const modelDescriptionSchema = z.object({
  name: text,
  classNames: shortList(text, MAX_CLASSES)
    .refine((names) => names.length > 0, 'no class')
    .refine((names) => new Set(names).size === names.length, 'two classes of one name'),
  createdAt: z.iso.datetime({ offset: true }),
  backbone: z.object({
    id: text,
    title: text.optional(),
    fingerprint: text,
    inputSizePx: z.number().int().min(1).max(4096),
    featureCount: z.number().int().min(1).max(1_000_000),
    resize: z.object({
      fit: z.enum(['stretch', 'centerCrop']),
      cropFraction: z.number().gt(0).max(1),
      version: count,
    }),
    definition,
    layers,
    normalisation: colours.optional(),
  }),
  data: dataSummarySchema,
  settings: settingsSchema,
  curve: shortList(epochSchema, MAX_EPOCHS),
  bestEpoch: count,
  metrics: z.object({ validation: metricsSchema.nullable(), test: metricsSchema.nullable() }),
  arithmetic: z.enum(['int8', 'float32']).optional(),
  exactMetrics: metricsSchema.nullable().optional(),
  seen: seenPicturesSchema.optional(),
  ensemble: ensembleSchema.optional(),
  seenBefore: seenBeforeSchema.optional(),
  exactCheck: exactCheckSchema.nullable().optional(),
}) satisfies z.ZodType<ModelDescription>;

/** Whether these are measures of a model of so many classes, and their parts say the same. */
function isOfClasses({ count: total, perClass, confusion }: Metrics, classCount: number): boolean {
  const sumOf = (row: readonly number[]) => row.reduce((sum, cell) => sum + cell, 0);
  return (
    perClass.length === classCount &&
    confusion.length === classCount &&
    confusion.every((row) => row.length === classCount) &&
    perClass.every(
      ({ classIndex, support }, index) => classIndex === index && support === sumOf(confusion[index] ?? []),
    ) &&
    perClass.reduce((sum, { support }) => sum + support, 0) === total
  );
}

/** Whether everything that a description counts by class is counted for its classes, each once and in their order. */
export function fitsItsClasses({ classNames, data, metrics, exactMetrics }: ModelDescription): boolean {
  return (
    data.counts.length === classNames.length &&
    [metrics.validation, metrics.test, exactMetrics].every(
      (one) => !one || isOfClasses(one, classNames.length),
    )
  );
}
