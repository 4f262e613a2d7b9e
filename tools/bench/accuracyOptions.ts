/** What `npm run bench -- accuracy` may be told. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../paths.ts';
import { SetupError } from '../say.ts';

const DEFAULT_IMAGES = join(ROOT, '..', 'shared', 'data', 'clothing-1k');

export interface AccuracyOptions {
  readonly images: string;
  /** Each trains once either way. */
  readonly seeds: readonly number[];
  /** Of the second phase; each null: as the app proposes. */
  readonly fineTuneEpochs: number | null;
  readonly fineTuneRate: number | null;
  /** null: built here. */
  readonly dist: string | null;
  readonly json: boolean;
}

function toWhole(option: string, text: string, smallest: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < smallest)
    throw new SetupError(`--${option} is a whole number from ${smallest}`);
  return value;
}

function toRate(option: string, text: string): number {
  const value = Number(text);
  // What the field on the screen takes.
  if (!(value >= 1e-7 && value <= 1e-2)) throw new SetupError(`--${option} is a number from 1e-7 to 1e-2`);
  return value;
}

/** Like `parseArgs`, but what is wrong is told in one line. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        images: { type: 'string', default: DEFAULT_IMAGES },
        seeds: { type: 'string', default: '3' },
        'seeds-from': { type: 'string', default: '1' },
        'tune-epochs': { type: 'string' },
        'tune-rate': { type: 'string' },
        dist: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws SetupError with what would be right */
export function readAccuracyOptions(args: readonly string[]): AccuracyOptions {
  const values = parse(args);
  const epochs = values['tune-epochs'];
  const rate = values['tune-rate'];
  const from = toWhole('seeds-from', values['seeds-from'], 0);
  const count = toWhole('seeds', values.seeds, 1);
  return {
    images: resolve(values.images),
    seeds: Array.from({ length: count }, (_, i) => from + i),
    fineTuneEpochs: epochs === undefined ? null : toWhole('tune-epochs', epochs, 1),
    fineTuneRate: rate === undefined ? null : toRate('tune-rate', rate),
    dist: values.dist === undefined ? null : resolve(values.dist),
    json: values.json,
  };
}
