/**
 * What earlier versions wrote otherwise, one step a version: records of theirs and model files are brought up to date
 * through here. A change of what is written is a new step at the end; steps that were released never change.
 */
import { NO_AUGMENTATION } from './augmentation.ts';
import { DEFAULT_TRAIN_SETTINGS as DEFAULTS, type TrainSettings } from './trainSettings.ts';

export type Plain = Readonly<Record<string, unknown>>;

/** Brings a record one version further; it trusts nothing of what it is given. */
export type Migration = (record: Plain) => Plain;

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param names older name → today's */
function renameKeys(value: Plain, names: Readonly<Record<string, string>>): Plain {
  if (!Object.keys(names).some((older) => older in value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [names[key] ?? key, one]));
}

/** Changes a part of a record where there is one; the rest is not copied. */
function changePart(value: Plain, key: string, change: Migration): Plain {
  const part = value[key];
  return isPlain(part) ? { ...value, [key]: change(part) } : value;
}

/** Where splits come from, in the field of that name. */
function renameSource(value: Plain, key: string): Plain {
  return value[key] === 'shares' ? { ...value, [key]: 'fractions' } : value;
}

/** Settings that came later; with these values a run is what it was without them. */
const LATER_SETTINGS: Partial<TrainSettings> = (() => {
  const { schedule, warmupFraction, rateFactor, rateStepEpochs, plateauPatience, minimumRate } = DEFAULTS;
  const { nesterov, labelSmoothing, focalGamma, clipNorm, accumulationSteps } = DEFAULTS;
  return {
    ...{ schedule, warmupFraction, rateFactor, rateStepEpochs, plateauPatience, minimumRate },
    ...{ nesterov, labelSmoothing, focalGamma, clipNorm, accumulationSteps },
    ...{ augmentation: null, fineTune: null },
  };
})();

function completeSettings(settings: Plain): Plain {
  const renamed = renameKeys(settings, { warmupShare: 'warmupFraction' });
  const augmented = changePart(renamed, 'augmentation', (augmentation) => ({
    ...NO_AUGMENTATION,
    ...renameKeys(augmentation, { variants: 'views' }),
  }));
  return { ...LATER_SETTINGS, ...augmented };
}

/** Of a description, a model, a run or a checkpoint, which have some parts in common. */
const nameParts: Migration = (record) => {
  const withSettings = changePart(record, 'settings', completeSettings);
  const withData = changePart(withSettings, 'data', (data) => renameSource(data, 'splitSource'));
  return changePart(withData, 'backbone', (backbone) =>
    changePart(backbone, 'resize', (resize) => renameKeys(resize, { cropShare: 'cropFraction' })),
  );
};

/** Before networks could be trained from scratch. */
const withPublishedWeights: Migration = (record) =>
  changePart(record, 'settings', (settings) => ({ fromScratch: null, ...settings }));

const HEAD_OPS: readonly unknown[] = ['input', 'dropout', 'dense', 'relu', 'softmax'];

/** Shape of a dense kernel of a head; null for any other weight, and for those of more than a head. */
function headKernelOf(head: unknown, key: string): readonly [inputs: number, units: number] | null {
  if (!isPlain(head) || !Array.isArray(head.nodes) || !isPlain(head.weights)) return null;
  if (!head.nodes.every((node) => isPlain(node) && HEAD_OPS.includes(node.op))) return null;
  const weight = head.weights[key];
  if (!isPlain(weight) || !Array.isArray(weight.shape) || weight.shape.length !== 2) return null;
  const [inputs, units]: unknown[] = weight.shape;
  return typeof inputs === 'number' && typeof units === 'number' ? [inputs, units] : null;
}

/** Before heads were trained as any other part is, what their optimiser remembers of kernels lay `[units, inputs]`. */
const turnMoments: Migration = (record) =>
  changePart(record, 'snapshot', (snapshot) =>
    changePart(snapshot, 'optimizerState', (state) =>
      Object.fromEntries(
        Object.entries(state).map(([slot, moments]) => {
          const shape = headKernelOf(snapshot.head, slot.split('|')[0] ?? '');
          if (!shape || !(moments instanceof Float32Array)) return [slot, moments];
          const [inputs, units] = shape;
          const turned = (_: number, i: number) => moments[(i % units) * inputs + Math.floor(i / units)] ?? 0;
          return [slot, moments.map(turned)];
        }),
      ),
    ),
  );

const nameSplit: Migration = (dataset) =>
  changePart(dataset, 'split', (split) => renameSource(renameKeys(split, { shares: 'fractions' }), 'source'));

/** Step `i` leads from version `i` to version `i + 1`. What bears no version at all is of version 0. */
export const RECORD_MIGRATIONS = {
  model: [nameParts, withPublishedWeights],
  run: [nameParts, withPublishedWeights],
  checkpoint: [nameParts, withPublishedWeights, turnMoments],
  dataset: [nameSplit],
  /** The network of a model. */
  head: [(head) => head],
  /** Weights from a person's file, without the numbers. */
  ownBackbone: [],
} as const satisfies Readonly<Record<string, readonly Migration[]>>;

export type RecordKind = keyof typeof RECORD_MIGRATIONS;

/**
 * What a later version than this one wrote comes out as it went in.
 * @param version that it was written in
 */
export function bringUpToDate(kind: RecordKind, record: Plain, version: number): Plain {
  const steps: readonly Migration[] = RECORD_MIGRATIONS[kind];
  return steps.slice(version).reduce((before, step) => step(before), record);
}
