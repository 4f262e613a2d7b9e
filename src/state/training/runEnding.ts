/** How the end of a run is told: to the person who waits, to the one who went elsewhere, and to its checkpoint. */
import type { CheckpointFate } from '../../domain/checkpoint.ts';
import type { AppError } from '../../shared/errors.ts';
import { navigate, navigationStore } from '../shell/navigation.ts';
import { notify } from '../shell/notices.ts';
import { lastRunStore } from './lastRun.ts';

/** Leads to the model that a run has just become. Whoever went elsewhere meanwhile is told, not dragged along. */
export function tellResult(): void {
  const outcome = lastRunStore.getState().last?.outcome;
  if (outcome?.kind !== 'done') return;
  const { modelId, name, tuningError } = outcome;
  if (tuningError) tellTuningDropped(tuningError);
  if (navigationStore.getState().view === 'train') navigate('result', modelId);
  else
    notify({
      kind: 'success',
      messageKey: 'train:finishedElsewhere',
      values: { name },
      action: { labelKey: 'train:showResult', run: () => navigate('result', modelId) },
    });
}

/** What a checkpoint notes of an error that its run ended with. */
export function failedBy({ code, details }: AppError): CheckpointFate {
  return { kind: 'failed', code, details };
}

/** The same numbers would get out of hand in the same way. */
export function wouldFailAgain({ code }: AppError): boolean {
  return code === 'notFinite' || code === 'featuresNotFinite';
}

function tellTuningDropped({ code, details }: AppError): void {
  const shared = { kind: 'warning', sticky: true, topic: 'tuning' } as const;
  if (code === 'notFinite' || code === 'featuresNotFinite')
    notify({ ...shared, messageKey: `train:tuningDropped.${code}` });
  else
    notify({
      ...shared,
      messageKey: 'train:tuningDropped.failed',
      whatKey: `errors:${code}.title`,
      values: details,
      action: { labelKey: 'train:tuningDropped.again', run: () => navigate('train') },
    });
}
