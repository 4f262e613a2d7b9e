/** Waiting for what comes by itself, on machines that are busy with other things too. */

import { vi } from 'vitest';

/** Long enough for any of it: that it takes longer means that it never comes. */
const WITHIN_MS = 60_000;

/** Calls `check` again and again until it no longer throws. @throws what it threw last */
export function until<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: WITHIN_MS, interval: 5 });
}
