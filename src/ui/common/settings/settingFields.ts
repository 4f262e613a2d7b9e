/** Which numbers a person may set for a run, and within what bounds. The words are in `train.json`. */
import type { TrainSettings } from '../../../domain/trainSettings.ts';

export type NumberSetting =
  | 'epochs'
  | 'learningRate'
  | 'batchSize'
  | 'accumulationSteps'
  | 'hiddenUnits'
  | 'dropout'
  | 'l2'
  | 'labelSmoothing'
  | 'focalGamma'
  | 'warmupFraction'
  | 'rateFactor'
  | 'rateStepEpochs'
  | 'plateauPatience'
  | 'minimumRate'
  | 'momentum'
  | 'weightDecay'
  | 'seed';

export interface NumberField {
  readonly key: NumberSetting;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly integer: boolean;
  /** Shown only where the setting has an effect. */
  readonly appliesTo: (settings: TrainSettings) => boolean;
}

const always = () => true;

export const NUMBER_FIELDS: readonly NumberField[] = [
  { key: 'epochs', min: 1, max: 1000, step: 1, integer: true, appliesTo: always },
  { key: 'learningRate', min: 1e-6, max: 1, step: 0.0005, integer: false, appliesTo: always },
  {
    key: 'warmupFraction',
    min: 0,
    max: 0.9,
    step: 0.05,
    integer: false,
    appliesTo: ({ schedule }) => schedule === 'cosine',
  },
  {
    key: 'rateFactor',
    min: 0.01,
    max: 1,
    step: 0.1,
    integer: false,
    appliesTo: ({ schedule }) => schedule === 'step' || schedule === 'plateau',
  },
  {
    key: 'rateStepEpochs',
    min: 1,
    max: 1000,
    step: 1,
    integer: true,
    appliesTo: ({ schedule }) => schedule === 'step',
  },
  {
    key: 'plateauPatience',
    min: 1,
    max: 200,
    step: 1,
    integer: true,
    appliesTo: ({ schedule }) => schedule === 'plateau',
  },
  {
    key: 'minimumRate',
    min: 0,
    max: 1,
    step: 0.00001,
    integer: false,
    appliesTo: ({ schedule }) => schedule === 'plateau',
  },
  { key: 'batchSize', min: 1, max: 512, step: 8, integer: true, appliesTo: always },
  { key: 'accumulationSteps', min: 1, max: 64, step: 1, integer: true, appliesTo: always },
  {
    key: 'hiddenUnits',
    min: 8,
    max: 4096,
    step: 128,
    integer: true,
    appliesTo: ({ head }) => head === 'mlp',
  },
  { key: 'dropout', min: 0, max: 0.9, step: 0.05, integer: false, appliesTo: always },
  { key: 'l2', min: 0, max: 0.1, step: 0.0001, integer: false, appliesTo: always },
  { key: 'labelSmoothing', min: 0, max: 0.5, step: 0.05, integer: false, appliesTo: always },
  { key: 'focalGamma', min: 0, max: 5, step: 0.5, integer: false, appliesTo: always },
  {
    key: 'momentum',
    min: 0,
    max: 0.999,
    step: 0.05,
    integer: false,
    appliesTo: ({ optimizer }) => optimizer === 'sgd',
  },
  {
    key: 'weightDecay',
    min: 0,
    max: 1,
    step: 0.005,
    integer: false,
    appliesTo: ({ optimizer }) => optimizer === 'adamw',
  },
  { key: 'seed', min: 0, max: 2 ** 31 - 1, step: 1, integer: true, appliesTo: always },
];

/** Sentences below the fields keep fields of one row at one height. */
export const HELP_BELOW: ('label' | 'input' | 'description' | 'error')[] = [
  'label',
  'input',
  'error',
  'description',
];

export const PATIENCE_RANGE = { min: 1, max: 200 } as const;
export const CLIP_NORM_RANGE = { min: 0.01, max: 100 } as const;
/** Where clipping is switched on. */
export const USUAL_CLIP_NORM = 1;

/** Pictures from which each correction comes. */
export function effectiveBatch({
  batchSize,
  accumulationSteps,
}: Pick<TrainSettings, 'batchSize' | 'accumulationSteps'>): number {
  return batchSize * accumulationSteps;
}

/** The value as a number within the field's bounds, or null where it is none. */
export function parseSetting(
  field: Pick<NumberField, 'min' | 'max' | 'integer'>,
  value: string | number,
): number | null {
  const number = typeof value === 'number' ? value : Number.parseFloat(value);
  if (!Number.isFinite(number) || number < field.min || number > field.max) return null;
  if (field.integer && !Number.isInteger(number)) return null;
  return number;
}
