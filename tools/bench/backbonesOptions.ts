/** What `npm run bench -- backbones` may be told. */
import { parseArgs } from 'node:util';
import { SetupError } from '../say.ts';
import { ARITHMETICS, type Arithmetic } from './options.ts';

export interface BackbonesOptions {
  /** By their ids; null: all there are. */
  readonly backbones: readonly string[] | null;
  readonly arithmetics: readonly Arithmetic[];
  readonly rounds: number;
  /** Of one round. */
  readonly pictures: number;
  readonly json: boolean;
}

function toCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new SetupError(`--${option} is a whole number from 1`);
  return count;
}

/** @throws SetupError with what would be right */
export function readBackbonesOptions(args: readonly string[]): BackbonesOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      backbones: { type: 'string' },
      arithmetic: { type: 'string', default: 'both' },
      rounds: { type: 'string', default: '5' },
      pictures: { type: 'string', default: '4' },
      json: { type: 'boolean', default: false },
    },
  });
  const arithmetics = ARITHMETICS.filter(
    (name) => values.arithmetic === 'both' || values.arithmetic === name,
  );
  if (arithmetics.length === 0)
    throw new SetupError(`--arithmetic is one of ${ARITHMETICS.join(', ')}, both`);
  return {
    backbones: values.backbones?.split(',') ?? null,
    arithmetics,
    rounds: toCount('rounds', values.rounds),
    pictures: toCount('pictures', values.pictures),
    json: values.json,
  };
}
