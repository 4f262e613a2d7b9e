/** What `npm run test:faults` may be told. */
import { parseArgs } from 'node:util';
import { SetupError } from '../../tools/say.ts';

/** A day of nothing in particular: the same tries every time, unless another seed is given. */
export const DEFAULT_SEED = 20_260_901;

export interface FaultOptions {
  readonly seed: number;
  /** Ids of rows; null: all. */
  readonly only: readonly string[] | null;
  readonly isQuick: boolean;
  /** Take the build that lies there, whatever it was made from. */
  readonly isAsBuilt: boolean;
}

function usage(ids: readonly string[]): string {
  return `npm run test:faults -- [options]
  --only ID[,ID…]  some rows: ${ids.join(', ')}
  --seed N         of everything that is left to chance (${DEFAULT_SEED})
  --quick          each row a few times only
  --as-built       what lies in dist/, without asking whether it is of these sources`;
}

function parse(args: readonly string[], ids: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string', default: String(DEFAULT_SEED) },
        only: { type: 'string' },
        quick: { type: 'boolean', default: false },
        'as-built': { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : error}\n\n${usage(ids)}`);
  }
}

/** @param ids of the rows that there are. @throws SetupError with what would be right */
export function readFaultOptions(args: readonly string[], ids: readonly string[]): FaultOptions {
  const { seed: text, only: list, quick: isQuick, 'as-built': isAsBuilt } = parse(args, ids);
  const seed = Number(text);
  if (text.trim() === '' || !Number.isInteger(seed) || seed < 0)
    throw new SetupError('--seed is a whole number from 0');
  if (list === undefined) return { seed, only: null, isQuick, isAsBuilt };
  const only = list.split(',').map((id) => id.trim());
  const unknown = only.filter((id) => !ids.includes(id));
  if (unknown.length > 0) throw new SetupError(`There is no row "${unknown.join(', ')}".\n\n${usage(ids)}`);
  return { seed, only, isQuick, isAsBuilt };
}
