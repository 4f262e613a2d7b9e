/** An asynchronous deed behind a button: busy while it runs, its error kept for the page or sent to the notices. */
import { useCallback, useState } from 'react';
import { type AppError, toAppError } from '../../shared/errors.ts';
import { notifyError } from '../../state/shell/notices.ts';

export interface Action<Args extends unknown[]> {
  readonly run: (...args: Args) => void;
  readonly busy: boolean;
  readonly error: AppError | null;
  readonly clearError: () => void;
}

/** @param show `notice`: errors go to the notices. `inline`: the component shows `error` itself. */
export function useAction<Args extends unknown[]>(
  deed: (...args: Args) => Promise<unknown>,
  show: 'notice' | 'inline' = 'notice',
): Action<Args> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const run = useCallback(
    (...args: Args) => {
      setBusy(true);
      setError(null);
      deed(...args)
        .catch((thrown: unknown) => {
          const caught = toAppError(thrown);
          if (show === 'notice') notifyError(caught);
          else if (caught.code !== 'cancelled') setError(caught);
        })
        .finally(() => setBusy(false));
    },
    [deed, show],
  );
  const clearError = useCallback(() => setError(null), []);
  return { run, busy, error, clearError };
}
