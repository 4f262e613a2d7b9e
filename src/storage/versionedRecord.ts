/**
 * What lies on the disk was written by some version of Headstart, maybe by an older one, maybe by a later one: a record
 * bears the version of its kind, is brought up to date as it is read, and passes a schema before anybody trusts it.
 */
import { bringUpToDate, isPlain, RECORD_MIGRATIONS, type RecordKind } from '../domain/olderVersions.ts';
import { AppError } from '../shared/errors.ts';

/** Names the field; records of before there were versions lack it. */
const VERSION = 'recordVersion';

/** As it is written: with its version. */
export function withVersion<Stored extends object>(kind: RecordKind, record: Stored): Stored {
  return { ...record, [VERSION]: RECORD_MIGRATIONS[kind].length };
}

/**
 * A record as it lay on the disk, brought up to date and checked. Fields that the schema does not know stay.
 * @throws AppError `recordFromLater`: a later version wrote it; `recordUnreadable`: it is not what it should be
 */
export async function readVersioned<Read>(kind: RecordKind, stored: unknown): Promise<Read> {
  if (!isPlain(stored)) throw new AppError('recordUnreadable', { kind });
  const { [VERSION]: written = 0, ...record } = stored;
  if (typeof written !== 'number') throw new AppError('recordUnreadable', { kind });
  if (written > RECORD_MIGRATIONS[kind].length) throw new AppError('recordFromLater', { kind });
  let read: unknown;
  try {
    read = bringUpToDate(kind, record, written);
  } catch (thrown) {
    throw new AppError('recordUnreadable', { kind }, { cause: thrown });
  }
  // Not before there is a record: a first visit does without the schemas.
  const { problemOf } = await import('./recordSchemas.ts');
  const problem = problemOf(kind, read);
  if (problem !== null) throw new AppError('recordUnreadable', { kind }, { cause: new Error(problem) });
  // The schema has just said so.
  return read as Read;
}

/** Records that could be read, and how many could not; those are left where they lie. */
export interface ReadRecords<Read> {
  readonly records: readonly Read[];
  readonly unreadable: readonly UnreadableRecord[];
}

export interface UnreadableRecord {
  readonly kind: RecordKind;
  /** A later version wrote it. */
  readonly isFromLater: boolean;
}

export async function readAllVersioned<Read>(
  kind: RecordKind,
  stored: readonly unknown[],
): Promise<ReadRecords<Read>> {
  const records: Read[] = [];
  const unreadable: UnreadableRecord[] = [];
  for (const one of stored) {
    try {
      records.push(await readVersioned<Read>(kind, one));
    } catch (thrown) {
      const problem = asUnreadable(kind, thrown);
      if (!problem) throw thrown;
      console.warn('a record is left as it is', thrown, thrown instanceof Error ? thrown.cause : '');
      unreadable.push(problem);
    }
  }
  return { records, unreadable };
}

/** null for any other error than that a record cannot be read. */
export function asUnreadable(kind: RecordKind, thrown: unknown): UnreadableRecord | null {
  if (!(thrown instanceof AppError)) return null;
  if (thrown.code !== 'recordUnreadable' && thrown.code !== 'recordFromLater') return null;
  return { kind, isFromLater: thrown.code === 'recordFromLater' };
}
