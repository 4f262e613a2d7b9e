/** Runs as rows of one table: settings, data and results, and which of them differ. */

import { type AugmentSettings, NO_AUGMENTATION } from '../../domain/augmentation.ts';
import { type ListedTitles, titleOfRun } from '../../domain/networkTitle.ts';
import type { RunRecord } from '../../domain/runRecord.ts';
import { DEFAULT_TRAIN_SETTINGS, type FreshNetwork, type TrainSettings } from '../../domain/trainSettings.ts';

/** null: off, without effect in this run, or not known. */
export type RunValue = string | number | boolean | null;

export type RunRowGroup = 'results' | 'data' | 'settings';

export interface RunRow {
  readonly group: RunRowGroup;
  /** Unique in its group. A nested setting: `augmentation.rotationDegrees`. */
  readonly key: string;
  /** One a run, in the order of the runs. */
  readonly values: readonly RunValue[];
  readonly differs: boolean;
}

export interface RunSummary {
  readonly epochs: number;
  /** Of the kept weights, or of the best epoch where none were kept; null where nothing was measured. */
  readonly validationAccuracy: number | null;
  /** Of the best epoch. */
  readonly validationLoss: number | null;
  readonly testAccuracy: number | null;
}

/** What a run reached. */
export function summarizeRun({ curve, bestEpoch, metrics }: RunRecord): RunSummary {
  const best = curve.find(({ epoch }) => epoch === bestEpoch);
  return {
    epochs: curve.length,
    validationAccuracy: metrics.validation?.accuracy ?? best?.validationAccuracy ?? null,
    validationLoss: best?.validationLoss ?? null,
    testAccuracy: metrics.test?.accuracy ?? null,
  };
}

/**
 * Rows of results, then of data, then of settings. A setting that has an effect in none of the runs has no row.
 * @param listed for the titles of networks in runs of earlier versions
 */
export function compareRuns(runs: readonly RunRecord[], listed: ListedTitles): readonly RunRow[] {
  return [
    ...toRows('results', runs.map(resultsOf)),
    ...toRows('data', runs.map(dataOf)),
    ...toRows(
      'settings',
      runs.map((run) => settingsOf(run, listed)),
    ).sort((a, b) => orderOf(a.key) - orderOf(b.key)),
  ];
}

/** Rows of one run: how its pictures were augmented, what of its second phase was chosen, and which network began with nothing. */
export function depthRows(settings: TrainSettings): readonly RunRow[] {
  const groups = ['augmentation', 'fineTune', ...(settings.fromScratch ? ['fromScratch'] : [])];
  return toRows('settings', [settingsOf({ settings }, [])]).filter(({ key }) =>
    groups.includes(key.split('.')[0] ?? ''),
  );
}

type Values = Readonly<Record<string, RunValue>>;

/** One row a key that any of the runs has. */
function toRows(group: RunRowGroup, columns: readonly Values[]): RunRow[] {
  const keys = new Set(columns.flatMap((column) => Object.keys(column)));
  return [...keys].map((key) => {
    const values = columns.map((column) => column[key] ?? null);
    return { group, key, values, differs: values.some((value) => value !== values[0]) };
  });
}

function resultsOf(run: RunRecord): Values {
  const { epochs, validationAccuracy, validationLoss, testAccuracy } = summarizeRun(run);
  return {
    testAccuracy,
    validationAccuracy,
    validationLoss,
    stopReason: run.stopReason,
    epochs,
    bestEpoch: run.bestEpoch || null,
    elapsedMs: run.elapsedMs,
  };
}

function dataOf({ data, arithmetic, startedFrom }: RunRecord): Values {
  const total = (split: 'train' | 'validation' | 'test') =>
    data.counts.reduce((sum, counts) => sum + counts[split], 0);
  return {
    name: data.name,
    classes: data.counts.length,
    // One text, so that another name or another number is a difference.
    classCounts: data.counts.map(({ className, train }) => `${className} ${train}`).join(', '),
    train: total('train'),
    validation: total('validation'),
    test: total('test'),
    splitSource: data.splitSource,
    splitSeed: data.splitSource === 'fractions' ? data.seed : null,
    arithmetic: arithmetic ?? null,
    startedFrom: startedFrom ?? null,
  };
}

const SETTING_ORDER = Object.keys(DEFAULT_TRAIN_SETTINGS);

/** Members stand with their group, whichever run had them first; what is unknown here comes last. */
function orderOf(key: string): number {
  const index = SETTING_ORDER.indexOf(key.split('.')[0] ?? '');
  return index < 0 ? SETTING_ORDER.length : index;
}

/** Settings with an effect under some choices only: elsewhere their numbers tell two runs apart that are alike. */
const APPLIES: { readonly [Key in keyof TrainSettings]?: (settings: TrainSettings) => boolean } = {
  hiddenUnits: ({ head }) => head === 'mlp',
  warmupFraction: ({ schedule }) => schedule === 'cosine',
  rateFactor: ({ schedule }) => schedule === 'step' || schedule === 'plateau',
  rateStepEpochs: ({ schedule }) => schedule === 'step',
  plateauPatience: ({ schedule }) => schedule === 'plateau',
  minimumRate: ({ schedule }) => schedule === 'plateau',
  momentum: ({ optimizer }) => optimizer === 'sgd',
  nesterov: ({ optimizer }) => optimizer === 'sgd',
  weightDecay: ({ optimizer }) => optimizer === 'adamw',
};

/** A run of an earlier version lacks the settings that came later; it was made without them. */
function settingsOf(run: Pick<RunRecord, 'settings' | 'networkTitle'>, listed: ListedTitles): Values {
  const settings: TrainSettings = { ...DEFAULT_TRAIN_SETTINGS, ...run.settings };
  const applied = Object.entries(settings).filter(
    ([key]) => APPLIES[key as keyof TrainSettings]?.(settings) ?? true,
  );
  const { augmentation, fromScratch } = settings;
  return flatten({
    ...Object.fromEntries(applied),
    fromScratch: fromScratch && { network: titleOfRun(run, listed), ...shortOf(fromScratch) },
    augmentation: augmentation && changesOf(augmentation),
  });
}

/** A definition is a page of its own, and colours are what they are: nobody compares them by eye. */
function shortOf({ inputSizePx, layers, normalisation }: FreshNetwork): object {
  return {
    inputSizePx,
    // One text, so that another number is a difference.
    ...(layers ? { filters: layers.filters.join('-'), denseUnits: layers.denseUnits } : {}),
    ...(normalisation ? { normalisation: 'data' } : {}),
  };
}

/** The kinds of change that are on, and how many examples they make. */
function changesOf(augmentation: AugmentSettings): object {
  const all = Object.entries({ ...NO_AUGMENTATION, ...augmentation });
  return Object.fromEntries(all.filter(([, strength]) => strength !== 0 && strength !== false));
}

/**
 * Nested groups by path; beside its members a group has a row of its own: whether it is on.
 * @param value plain data
 */
function flatten(value: object, prefix = ''): Record<string, RunValue> {
  const values: Record<string, RunValue> = {};
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    const key = prefix + name;
    if (typeof inner === 'object' && inner !== null) {
      values[key] = true;
      Object.assign(values, flatten(inner, `${key}.`));
    } else values[key] = (inner ?? null) as RunValue;
  }
  return values;
}
