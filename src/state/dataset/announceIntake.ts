/** What a drop came to, in one sentence. */
import { notify } from '../shell/notices.ts';
import type { IntakeCount } from './arriving.ts';

/** @param isComplete all of it was read */
export function announceIntake(
  { pictures, skipped, repeated, restored }: IntakeCount,
  isComplete: boolean,
): void {
  if (restored > 0) {
    const values = { count: restored };
    notify({ kind: 'success', messageKey: 'dataset:intake.restored', values, topic: 'restored' });
  }
  // Stopped before anything came there is nothing to say; read to the end, finding nothing is worth a word.
  if (pictures + skipped + repeated === 0 && (!isComplete || restored > 0)) return;
  const said = [
    ...(pictures > 0 ? ['pictures'] : []),
    ...(repeated > 0 ? ['repeated'] : []),
    ...(skipped > 0 ? ['skipped'] : []),
  ];
  notify({
    kind: skipped > 0 || pictures === 0 ? 'warning' : 'success',
    // One whole sentence for each combination: sentences put together from parts fail in some language.
    messageKey: `dataset:intake.added.${said.join('_and_') || 'nothing'}`,
    values: { count: pictures, skipped, repeated },
    topic: 'intake',
  });
}
