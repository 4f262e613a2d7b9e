/** Data sets and interrupted trainings that could not be read and were put beside, so that new ones could be begun. */
import { inTransaction } from './database.ts';

/** How many there are. @throws AppError storageUnavailable, storageBlocked */
export function countBeside(): Promise<number> {
  return inTransaction(['dataset', 'checkpoint'], 'readonly', async (transaction) => {
    const keys = await Promise.all([
      transaction.objectStore('dataset').getAllKeys(),
      transaction.objectStore('checkpoint').getAllKeys(),
    ]);
    return keys.flat().filter((key) => key !== 'current').length;
  });
}
