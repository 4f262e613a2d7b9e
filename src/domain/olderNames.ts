/**
 * Names that earlier versions wrote and this one does not: records and model files of theirs are read through here. What
 * has today's names already comes out as it went in.
 */
import type { CheckpointRecord } from './checkpoint.ts';
import type { Dataset } from './dataset.ts';
import type { ModelRecord } from './model.ts';
import type { RunRecord } from './runRecord.ts';

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param names older name → today's */
function renameKeys(value: Plain, names: Readonly<Record<string, string>>): Plain {
  if (!Object.keys(names).some((older) => older in value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [names[key] ?? key, one]));
}

/** Changes a part of a record where there is one; the rest is not copied. */
function changePart(value: Plain, key: string, change: (part: Plain) => Plain): Plain {
  const part = value[key];
  return isPlain(part) ? { ...value, [key]: change(part) } : value;
}

/** Where splits come from, in the field of that name. */
function renameSource(value: Plain, key: string): Plain {
  return value[key] === 'shares' ? { ...value, [key]: 'fractions' } : value;
}

function renameSettings(settings: Plain): Plain {
  return changePart(renameKeys(settings, { warmupShare: 'warmupFraction' }), 'augmentation', (augmentation) =>
    renameKeys(augmentation, { variants: 'views' }),
  );
}

/** Of a description, a run or a checkpoint, which have some parts in common. */
function renameParts(record: Plain): Plain {
  const withSettings = changePart(record, 'settings', renameSettings);
  const withData = changePart(withSettings, 'data', (data) => renameSource(data, 'splitSource'));
  return changePart(withData, 'backbone', (backbone) =>
    changePart(backbone, 'resize', (resize) => renameKeys(resize, { cropShare: 'cropFraction' })),
  );
}

/** A record as it lay in the storage, or the content of a model file's description. */
export function withTodaysNames<Stored extends ModelRecord | RunRecord | CheckpointRecord>(
  record: Stored,
): Stored;
export function withTodaysNames(record: unknown): unknown;
export function withTodaysNames(record: unknown): unknown {
  return isPlain(record) ? renameParts(record) : record;
}

/** The same for a data set. */
export function datasetWithTodaysNames(dataset: Dataset): Dataset {
  const renamed = changePart(dataset as unknown as Plain, 'split', (split) =>
    renameSource(renameKeys(split, { shares: 'fractions' }), 'source'),
  );
  // Of earlier versions, it is what the type says but for the names, which are put right here.
  return renamed as unknown as Dataset;
}
