/** Targets beyond the usual one: put into the workers when first asked for, and taken out when nobody needs them. */
import { type ExtractionTarget, targetKeyOf } from '../features/extractorApi.ts';
import type { ExtractorPool } from '../features/pool.ts';
import type { ForwardStart } from '../runtimes/forward.ts';

export interface TargetShelf {
  /** @returns gives it back; a second call does nothing @throws AppError `outOfMemory`, `workerDied` */
  open(target: ExtractionTarget): Promise<() => Promise<void>>;
}

/**
 * @param usual what the workers compute anyway
 * @param forwardFor null: for the picture itself
 */
export function createTargetShelf(
  pool: Pick<ExtractorPool, 'addTarget' | 'removeTarget'>,
  usual: ExtractionTarget,
  forwardFor: (target: ExtractionTarget) => Promise<ForwardStart | null>,
): TargetShelf {
  const users = new Map<string, number>();
  /** One change at a time: a target that is being taken out must not be counted on. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  /** Some workers may have room and others none: what was put in is taken out again. */
  async function add(target: ExtractionTarget): Promise<void> {
    try {
      await pool.addTarget({ ...target, forward: await forwardFor(target) });
    } catch (thrown) {
      // A worker that cannot do this either has died, which `thrown` says.
      await pool.removeTarget(target).catch(() => undefined);
      throw thrown;
    }
  }

  return {
    async open(target) {
      const key = targetKeyOf(target);
      if (key === targetKeyOf(usual)) return () => Promise.resolve();
      await inTurn(async () => {
        const count = users.get(key) ?? 0;
        if (count === 0) await add(target);
        users.set(key, count + 1);
      });
      let isOpen = true;
      return () =>
        inTurn(async () => {
          if (!isOpen) return;
          isOpen = false;
          const count = (users.get(key) ?? 1) - 1;
          users.set(key, count);
          // Weights for another target in every worker are too much to keep for a rare question.
          if (count === 0) await pool.removeTarget(target);
        });
    },
  };
}

/** Does `work` while the workers can compute up to that target. @throws as `open`, and what `work` throws */
export async function withTarget<T>(
  { openTarget }: { readonly openTarget: TargetShelf['open'] },
  target: ExtractionTarget,
  work: () => Promise<T>,
): Promise<T> {
  const close = await openTarget(target);
  try {
    return await work();
  } finally {
    // What came of the work counts, not whether workers that died in it could tidy up.
    await close().catch((thrown: unknown) => console.warn('a target was not taken out', thrown));
  }
}
