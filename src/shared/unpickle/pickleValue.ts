/**
 * What a pickle may hold here, and what a caller recognises in one. A pickle is a program that builds values: of the
 * names that it calls, only those are known that a caller gives, and each of them makes data. Nothing else is looked up.
 */
import { AppError } from '../errors.ts';

/**
 * Integers beyond 2⁵³ are `bigint`; the strings of Python 2 are bytes, since they may hold anything; tuples and lists are
 * arrays. Values may be shared and may hold themselves: whoever walks them to any depth must count.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleDict
  | PickleObject;

/** Keys that are bytes are kept as text of Latin-1: so `data` is found, whichever Python wrote it. */
export type PickleDict = Map<PickleValue, PickleValue>;

/** What a recognised name makes: an array, a storage, a name that stands for itself. */
export interface PickleObject {
  readonly kind: string;
}

/** A recognised name itself, as an argument or as a value (`numpy.ndarray`, `torch.FloatStorage`). */
export interface PickleName extends PickleObject {
  readonly kind: 'name';
  /** Module and name, with a dot between. */
  readonly name: string;
}

/** What a name means where it is recognised. Without `reduce` it stands as a value, and cannot be called. */
export interface PickleGlobal {
  /**
   * What it makes of its arguments, which may be anything.
   * @param charge to be called before memory is taken that the pickle itself does not fill, a copy for example: arguments
   *   can be used again and again
   */
  reduce?(args: readonly PickleValue[], charge: (sizeBytes: number) => void): PickleValue;
  /** Fills an object that `reduce` made; without it such a wish is refused. */
  build?(made: PickleValue, state: PickleValue): void;
}

export interface PickleRules {
  /** By module and name, with a dot between. */
  readonly globals: ReadonlyMap<string, PickleGlobal>;
  /** What stands for something outside of the pickle, as the storages of PyTorch; refused where this is left out. */
  persistent?(id: PickleValue): PickleValue;
  readonly limits?: Partial<PickleLimits>;
}

export interface PickleLimits {
  /** Of the pickle, and of what recognised names charge beyond it. */
  readonly bytes: number;
  /** Ever put on the stack. */
  readonly values: number;
  readonly memoEntries: number;
  /** Marks within marks. */
  readonly depth: number;
}

export const PICKLE_LIMITS: PickleLimits = { bytes: 200e6, values: 5e6, memoEntries: 1e6, depth: 200 };

/** @param why for the log */
export function brokenPickle(why: string): AppError {
  return new AppError('pickleUnreadable', {}, { cause: new Error(why) });
}

/** @param name what the pickle asks for; from a file, so only harmless characters of it are shown */
export function refusedPickle(name: string): AppError {
  return new AppError('pickleRefused', { name: name.replace(/[^\w. ]/g, '?').slice(0, 80) });
}

export function isPickleDict(value: PickleValue | undefined): value is PickleDict {
  return value instanceof Map;
}

/** Text of either Python; null where it is neither text nor bytes of UTF-8. */
export function toPickleText(value: PickleValue | undefined): string | null {
  if (typeof value === 'string') return value;
  if (!(value instanceof Uint8Array)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    // Bytes that are no text are bytes.
    return null;
  }
}

export function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
