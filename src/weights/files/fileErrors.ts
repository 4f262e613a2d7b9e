/** The ways in which a file of weights can be unfit, each with the place in it; what exactly was wrong goes to the log. */
import { AppError } from '../../shared/errors.ts';

/** Text out of a file, made fit for a sentence: no control characters, and not long. */
export function toShownText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').slice(0, 80);
}

function withCause(reason: unknown): ErrorOptions {
  return { cause: typeof reason === 'string' ? new Error(reason) : reason };
}

/** @param place in the file: a tensor, an entry or a part of its structure. @param reason for the log */
export function damagedWeights(place: string, reason: unknown): AppError {
  return new AppError('weightsFileDamaged', { place: toShownText(place) }, withCause(reason));
}

/** @param place in the file. @param reason for the log */
export function oversizedWeights(place: string, reason: unknown): AppError {
  return new AppError('weightsFileTooLarge', { place: toShownText(place) }, withCause(reason));
}

/** @param what cannot be read, in a few words that hold in every language */
export function unsupportedWeights(what: string, reason: unknown = what): AppError {
  return new AppError('weightsFileUnsupported', { what: toShownText(what) }, withCause(reason));
}

/** Whatever a parser threw, as damage at that place; an AppError stays what it is. */
export function toDamaged(place: string, thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : damagedWeights(place, thrown);
}
