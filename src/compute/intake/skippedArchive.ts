/** What is said of an archive or a binary set that cannot be opened, or breaks off. */
import type { SkippedFile, SkipReason } from '../../domain/picture.ts';
import { type ErrorCode, toAppError } from '../../shared/errors.ts';

/** Codes of the readers that a person is told as they are. */
const REASONS: Partial<Record<ErrorCode, SkipReason>> = {
  archiveUnreadable: 'archiveUnreadable',
  setFileMissing: 'setFileMissing',
  setUnknown: 'setUnknown',
  pickleRefused: 'pickleRefused',
};

export function toSkippedArchive(path: string, thrown: unknown): SkippedFile {
  const { code, details } = toAppError(thrown);
  const reason = REASONS[code];
  // A file that vanished since it was dropped is no fault of an archive.
  return reason ? { path, reason, details } : { path, reason: 'unreadable', details: {} };
}
