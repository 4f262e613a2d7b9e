/** Whoever works with kept features, in any tab, and whoever wants to delete them: the one waits for no other, it is told. */

const LOCK = 'headstart-features';

/** In this tab. */
let users = 0;

/** Nobody deletes features while `work` goes on. */
export async function usingFeatures<Result>(work: () => Promise<Result>): Promise<Result> {
  users += 1;
  try {
    return await navigator.locks.request(LOCK, { mode: 'shared' }, work);
  } finally {
    users -= 1;
  }
}

/** @returns false where somebody works with them, and nothing was done */
export async function whileFeaturesRest(work: () => Promise<void>): Promise<boolean> {
  if (users > 0) return false;
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    await work();
    return true;
  });
}
