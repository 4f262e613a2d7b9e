/** What `npm run bench -- memory` may be told. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SetupError } from '../say.ts';

export interface MemoryOptions {
  readonly pictures: number;
  /** They come as one binary set of 32×32, and a plain CNN learns from scratch on all of them. */
  readonly isSet: boolean;
  /** After so long in the second phase it is ended by its button; null: it goes through all pictures once. */
  readonly fineTuneSeconds: number | null;
  /** null: built here. */
  readonly dist: string | null;
  readonly json: boolean;
}

function toCount(option: string, text: string, smallest: number): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < smallest)
    throw new SetupError(`--${option} is a whole number from ${smallest}`);
  return count;
}

/** Like `parseArgs`, but what is wrong is told in one line. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        pictures: { type: 'string' },
        set: { type: 'boolean', default: false },
        'tune-seconds': { type: 'string' },
        dist: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws SetupError with what would be right */
export function readMemoryOptions(args: readonly string[]): MemoryOptions {
  const values = parse(args);
  const fineTuneSeconds = values['tune-seconds'];
  if (values.set && fineTuneSeconds !== undefined)
    throw new SetupError('--tune-seconds is for a run in two phases, not for --set');
  return {
    // Enough for training, validation and test in each class.
    pictures: toCount('pictures', values.pictures ?? (values.set ? '60000' : '4000'), 40),
    isSet: values.set,
    fineTuneSeconds: fineTuneSeconds === undefined ? null : toCount('tune-seconds', fineTuneSeconds, 1),
    dist: values.dist === undefined ? null : resolve(values.dist),
    json: values.json,
  };
}
