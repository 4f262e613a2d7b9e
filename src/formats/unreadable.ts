/** One name for every way in which a model file can be broken; what exactly was wrong goes to the log. */
import { AppError } from '../shared/errors.ts';

/** @param reason for the log */
export function unreadable(reason: string): AppError {
  return new AppError('modelFileUnreadable', {}, { cause: new Error(reason) });
}

/** Whatever a parser threw, by its name; an AppError stays what it is. */
export function toUnreadable(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('modelFileUnreadable', {}, { cause: thrown });
}
