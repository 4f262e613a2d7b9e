/** The JSON of the drive: what a training came to. */

import type { Metrics } from '../../src/domain/metrics.ts';
import type { ModelRecord } from '../../src/domain/model.ts';
import type { Trained } from './train.ts';

const STEP_NAMES = {
  weights: 'Get the network ready',
  features: 'Look at the pictures',
  training: 'Learn',
  saving: 'Check and save',
} as const;

/** What there is to tell where the app rightly refuses to train. */
export const UNTRAINED = {
  backend: null,
  preset: null,
  augmented: false,
  resumed: null,
  seconds: null,
  epochs: [],
  test: null,
  saved: null,
  predictions: [],
  unreadable: [],
  exports: [],
};

function toTest(model: ModelRecord, { count, accuracy, accuracyInterval, perClass, confusion }: Metrics) {
  return {
    count,
    accuracy,
    interval: accuracyInterval,
    perClass: perClass.map(({ classIndex, ...rest }) => ({ name: model.classNames[classIndex], ...rest })),
    confusion,
  };
}

/** Preset and augmentation are those that the app recorded, not those that were asked for. */
export function toReport({ model, steps, resumed }: Trained, totalSeconds: number) {
  const { settings, curve, bestEpoch, metrics } = model;
  return {
    preset: settings.fineTune ? 'finetune' : 'head',
    augmented: Boolean(settings.augmentation),
    resumed,
    seconds: {
      weights: steps[STEP_NAMES.weights] ?? null,
      features: steps[STEP_NAMES.features] ?? null,
      training: steps[STEP_NAMES.training] ?? null,
      saving: steps[STEP_NAMES.saving] ?? null,
      total: totalSeconds,
    },
    epochs: curve.map(({ phase, learningRate, loss, accuracy, validationLoss, validationAccuracy }) => ({
      phase: phase ?? 'head',
      learningRate: learningRate ?? null,
      loss,
      accuracy,
      validationLoss,
      validationAccuracy,
    })),
    bestEpoch,
    arithmetic: model.arithmetic ?? 'float32',
    test: metrics.test && toTest(model, metrics.test),
    /** The same in float32, where the features were computed in int8. */
    exactAccuracy: model.exactMetrics?.accuracy ?? null,
  };
}
