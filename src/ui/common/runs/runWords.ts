/** Which words name a row of the comparison, and which its values. Keys of the word table only; the hook says them. */
import type { RunRow, RunValue } from '../../../state/runs/compareRuns.ts';

/** Settings that the train view has words for already. */
const TRAIN_WORDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'head',
      'hiddenUnits',
      'dropout',
      'l2',
      'optimizer',
      'learningRate',
      'schedule',
      'warmupFraction',
      'rateFactor',
      'rateStepEpochs',
      'plateauPatience',
      'minimumRate',
      'momentum',
      'nesterov',
      'weightDecay',
      'labelSmoothing',
      'batchSize',
      'epochs',
      'classWeights',
      'seed',
    ].map((key) => [key, `train:advanced.${key}.label`]),
  ),
  earlyStoppingPatience: 'train:advanced.patience.label',
};

/** Settings that are a choice among words of the train view. */
const CHOICES: ReadonlySet<string> = new Set(['head', 'optimizer', 'schedule', 'classWeights']);

/** Settings of which a group has members: its own row says whether it is on. */
const GROUPS: ReadonlySet<string> = new Set(['augmentation', 'fineTune', 'fromScratch']);

/** `namespace:key` of the row's name. */
export function labelKeyOf({ group, key }: Pick<RunRow, 'group' | 'key'>): string {
  if (group !== 'settings') return `runs:row.${group}.${key}`;
  if (GROUPS.has(key)) return `runs:setting.${key}.title`;
  return TRAIN_WORDS[key] ?? `runs:setting.${key}`;
}

/** How a value is shown: by the words of a key, or as a number, a fraction, a duration, or as it is. */
export type ValueForm =
  | { readonly kind: 'words'; readonly key: string }
  | { readonly kind: 'number' | 'fraction' | 'duration' | 'loss'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string };

/** What null means where it does not mean that a setting is off. */
const MISSING: Readonly<Record<string, string>> = {
  'data.arithmetic': 'runs:value.unknown',
  'data.startedFrom': 'runs:value.freshHead',
  'data.splitSeed': 'runs:value.unused',
};

export function formOf({ group, key }: Pick<RunRow, 'group' | 'key'>, value: RunValue): ValueForm {
  const words = (wordKey: string): ValueForm => ({ kind: 'words', key: wordKey });
  if (value === null) {
    if (group === 'settings') return words('runs:value.unused');
    return words(MISSING[`${group}.${key}`] ?? 'runs:value.none');
  }
  if (typeof value === 'boolean') return words(value ? 'runs:value.on' : 'runs:value.off');
  if (typeof value === 'string') return formOfText(group, key, value);
  if (key === 'seed' || key === 'splitSeed') return { kind: 'text', value: String(value) };
  if (group !== 'results') return { kind: 'number', value };
  if (key === 'elapsedMs') return { kind: 'duration', value };
  if (key === 'validationLoss') return { kind: 'loss', value };
  return { kind: key.endsWith('Accuracy') ? 'fraction' : 'number', value };
}

function formOfText(group: RunRow['group'], key: string, value: string): ValueForm {
  if (key === 'stopReason') return { kind: 'words', key: `runs:stop.${value}` };
  if (key === 'splitSource') return { kind: 'words', key: `runs:value.split.${value}` };
  if (key === 'arithmetic') return { kind: 'words', key: `settings:backend.arithmetic.${value}` };
  if (key === 'fromScratch.normalisation') return { kind: 'words', key: 'runs:value.ofData' };
  if (key === 'fineTune.norms') return { kind: 'words', key: 'runs:value.normsLearning' };
  if (key === 'fineTune.stages') return { kind: 'words', key: 'runs:value.allLayers' };
  if (group === 'settings' && CHOICES.has(key))
    return { kind: 'words', key: `train:advanced.${key}.${value}` };
  return value === '' ? { kind: 'words', key: 'runs:unnamed' } : { kind: 'text', value };
}
