/** What workers run networks with: each runtime's own way, as it was prepared for them. */
import type { Forward, ForwardOpener, ForwardStart, RuntimeName } from './forward.ts';

type AnyOpener = ForwardOpener<RuntimeName>;

/** Each folder here that has one, by its name: a new runtime needs no line anywhere else. */
const FOUND: Readonly<Record<string, AnyOpener>> = import.meta.glob<AnyOpener>('./*/opener.ts', {
  import: 'opener',
  eager: true,
});

/** @throws AppError `backendUnavailable`, `outOfMemory`; Error for a runtime that is none */
export function openForward({ runtime, start }: ForwardStart): Promise<Forward> {
  const opener = FOUND[`./${runtime}/opener.ts`];
  if (!opener) throw new Error(`no runtime ${runtime}`);
  return opener.open(start);
}
