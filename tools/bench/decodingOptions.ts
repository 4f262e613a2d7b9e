/** What `npm run bench -- decoding` may be told. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SetupError } from '../say.ts';

export interface DecodingOptions {
  readonly pictures: number;
  /** Of each picture. */
  readonly megapixels: number;
  /** null: built here. */
  readonly dist: string | null;
  readonly json: boolean;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        pictures: { type: 'string', default: '12' },
        megapixels: { type: 'string', default: '48' },
        dist: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws SetupError with what would be right */
export function readDecodingOptions(args: readonly string[]): DecodingOptions {
  const values = parse(args);
  const [pictures, megapixels] = [Number(values.pictures), Number(values.megapixels)];
  // Enough for training, validation and test in each class.
  if (!Number.isInteger(pictures) || pictures < 12)
    throw new SetupError('--pictures is a whole number from 12');
  // The app decodes no picture of more.
  if (!(megapixels >= 1 && megapixels <= 120)) throw new SetupError('--megapixels is a number from 1 to 120');
  const dist = values.dist === undefined ? null : resolve(values.dist);
  return { pictures, megapixels, dist, json: values.json };
}
