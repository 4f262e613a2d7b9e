/** What the readers of archives have in common: an archive gives its names at once and its contents one by one. */
import { AppError } from '../shared/errors.ts';

export interface ArchiveEntry {
  /** As the archive says, `/` between folders. */
  readonly path: string;
  readonly sizeBytes: number;
  /**
   * The content. Of tar archives, only until the next entry is asked for.
   * @throws AppError `archiveUnreadable` if the entry is broken, unpacks to more than it says, or is too large
   */
  getBlob(): Promise<Blob>;
}

export interface Archive {
  /** Of all files within, locked ones left out, in the order of `entries`. */
  readonly paths: readonly string[];
  /** Files that only a password opens. */
  readonly encryptedCount: number;
  /** @throws AppError `archiveUnreadable` where the archive breaks off or exceeds the limits; what came before holds. */
  entries(): AsyncGenerator<ArchiveEntry, void, undefined>;
}

/** Against archives that unpack to far more than any data set holds. */
export interface ArchiveLimits {
  readonly entryBytes: number;
  readonly totalBytes: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = { entryBytes: 200e6, totalBytes: 8e9 };

/** @param limitBytes the limit that would be exceeded */
export function tooMuch(limitBytes: number): AppError {
  return new AppError('archiveUnreadable', { limitBytes });
}

/** Whatever a reader of archives threw, by its name. */
export function toArchiveError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('archiveUnreadable', {}, { cause: thrown });
}
