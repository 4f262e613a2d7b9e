/** The one door to IndexedDB: opening, upgrading, giving way to other tabs, and errors by name. */
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import { AppError } from '../shared/errors.ts';
import { asWork, isAtWork, whenIdle } from '../shared/work.ts';
import { type HeadstartSchema, type StoreName, UPGRADES, type Upgrade } from './stores.ts';

const DATABASE_NAME = 'headstart';

/** Far beyond what any transaction takes: one that has not ended by then never will, and nobody waits for ever. */
const END_WITHIN_MS = 120_000;
/** The same for opening; an upgrade that another tab stands in the way of says so at once. */
const OPEN_WITHIN_MS = 60_000;
/** What an aborted transaction gets to say why. */
const REASON_WITHIN_MS = 5_000;

export type Transaction<
  Names extends readonly StoreName[],
  Mode extends 'readonly' | 'readwrite',
> = IDBPTransaction<HeadstartSchema, [...Names], Mode>;

let opening: Promise<IDBPDatabase<HeadstartSchema>> | null = null;

/**
 * Runs `work` in one transaction over the stores named: all of its writes are kept, or none.
 * `work` may wait for requests of its transaction only; waiting for anything else ends the transaction early.
 * A write waits until the operating system says that it is on disk. However the transaction ends, so does this call: a
 * request may stay silent for ever when the browser has thrown its transaction away.
 * @throws AppError storageUnavailable, storageFull, storageBlocked; what `work` throws as an AppError stays as it is
 */
export function inTransaction<
  const Names extends readonly StoreName[],
  Mode extends 'readonly' | 'readwrite',
  Result,
>(
  stores: Names,
  mode: Mode,
  work: (transaction: Transaction<Names, Mode>) => Promise<Result>,
): Promise<Result> {
  const begin = () => run(stores, mode, work);
  return mode === 'readonly' ? begin() : asWork(begin);
}

async function run<const Names extends readonly StoreName[], Mode extends 'readonly' | 'readwrite', Result>(
  stores: Names,
  mode: Mode,
  work: (transaction: Transaction<Names, Mode>) => Promise<Result>,
): Promise<Result> {
  const transaction = await begin(stores, mode);
  // Whatever fails, `done` says why in the end: a full disk shows itself there, not at the request.
  const done = transaction.done.then(
    () => null,
    (reason: unknown) => ({ reason }),
  );
  // Also what it throws before its first wait ends the transaction.
  const working = (async () => work(transaction))();
  const ended = done.then((failure) => {
    if (failure) throw failure.reason;
    return working;
  });
  try {
    const result = await inTime(Promise.race([working, ended]), END_WITHIN_MS);
    const failure = await inTime(done, END_WITHIN_MS);
    if (failure) throw failure.reason;
    return result;
  } catch (thrown) {
    abort(transaction);
    const failure = await inTime(done, REASON_WITHIN_MS).catch(() => null);
    throw toStorageError(rootOf(thrown, failure?.reason));
  }
}

/** The same promise with an end. @throws AppError storageUnavailable when nothing has come of it by then */
function inTime<Result>(promise: Promise<Result>, withinMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new AppError('storageUnavailable', { seconds: withinMs / 1000 }));
    const timer = setTimeout(late, withinMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Closes the connection; the next call opens it again. */
export async function closeDatabase(): Promise<void> {
  const connection = opening;
  opening = null;
  // One that never opened has nothing to close, and its opener was told why.
  await connection?.then((database) => database.close()).catch(() => undefined);
}

/**
 * Opens a database at the version that the table of upgrades leads to, running those it lacks in one transaction:
 * a failed upgrade leaves the old version as it was.
 * @param onGone called when the connection has closed, for another tab's upgrade or by the browser
 * @throws AppError storageUnavailable; storageFull; storageBlocked, when another tab holds an older version open
 *   or has already opened a newer one
 */
export async function openWithUpgrades<Schema extends DBSchema>(
  name: string,
  upgrades: readonly Upgrade<Schema>[],
  onGone: () => void,
): Promise<IDBPDatabase<Schema>> {
  let gaveUp = false;
  try {
    const opened = new Promise<IDBPDatabase<Schema>>((resolve, reject) => {
      const request = openDB<Schema>(name, upgrades.length, {
        async upgrade(database, oldVersion, _newVersion, transaction) {
          transaction.done.catch(reject);
          try {
            for (const upgrade of upgrades.slice(oldVersion)) await upgrade(database, transaction);
          } catch (thrown) {
            reject(thrown);
            transaction.abort();
          }
        },
        blocked() {
          gaveUp = true;
          reject(new AppError('storageBlocked'));
        },
        blocking(_current, _blocked, event) {
          // Another tab has a newer version. It may upgrade once nothing is going on here: after that this one can
          // save nothing more. Until then the other tab says that an older one is in its way.
          const close = () => {
            (event.target as IDBDatabase).close();
            onGone();
          };
          if (isAtWork()) void whenIdle().then(close);
          else close();
        },
        terminated: onGone,
      });
      request.then((database) => {
        if (gaveUp) database.close();
        else resolve(database);
      }, reject);
    });
    return await inTime(opened, OPEN_WITHIN_MS);
  } catch (thrown) {
    gaveUp = true;
    throw toStorageError(thrown);
  }
}

/** Any error of IndexedDB by our names. */
export function toStorageError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'QuotaExceededError') return new AppError('storageFull', {}, { cause: thrown });
  if (name === 'VersionError') return new AppError('storageBlocked', {}, { cause: thrown });
  return new AppError('storageUnavailable', {}, { cause: thrown });
}

async function begin<Names extends readonly StoreName[], Mode extends 'readonly' | 'readwrite'>(
  stores: Names,
  mode: Mode,
): Promise<Transaction<Names, Mode>> {
  const start = (database: IDBPDatabase<HeadstartSchema>) =>
    database.transaction([...stores] as [...Names], mode, { durability: 'strict' });
  try {
    return start(await connect());
  } catch (thrown) {
    // The connection may have been given up between two calls: a new one may do.
    if (!(thrown instanceof DOMException && thrown.name === 'InvalidStateError'))
      throw toStorageError(thrown);
    await closeDatabase();
    const database = await connect();
    try {
      return start(database);
    } catch (again) {
      throw toStorageError(again);
    }
  }
}

function connect(): Promise<IDBPDatabase<HeadstartSchema>> {
  if (opening) return opening;
  const forget = () => {
    if (opening === attempt) opening = null;
  };
  const attempt = openWithUpgrades(DATABASE_NAME, UPGRADES, forget);
  opening = attempt;
  attempt.catch(forget); // the caller gets the error; the next call tries again
  return attempt;
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch (thrown) {
    // It is over already, which is what was wanted.
    if (!(thrown instanceof DOMException && thrown.name === 'InvalidStateError')) throw thrown;
  }
}

/** Of what a request says and why its transaction ended, the one that tells more. */
function rootOf(thrown: unknown, reason: unknown): unknown {
  return thrown instanceof DOMException && thrown.name === 'AbortError' ? (reason ?? thrown) : thrown;
}
