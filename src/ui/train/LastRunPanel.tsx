/** How the last run ended, if there was one, and what can be done about it. */
import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AppError } from '../../shared/errors.ts';
import { modelsStore } from '../../state/models/models.ts';
import { toHash } from '../../state/shell/navigation.ts';
import { interruptedStore } from '../../state/training/checkpoint.ts';
import { dismissLastRun, divergedIn, type LastRun, lastRunStore } from '../../state/training/lastRun.ts';
import { nextRunStore } from '../../state/training/nextRun.ts';
import { startAtTenthOfRate, startSmaller } from '../../state/training/retry.ts';
import { smallerRunOf } from '../../state/training/smaller.ts';
import { isTuned, startingPointStore } from '../../state/training/startingPoint.ts';
import { letGo, retrySave, startTraining } from '../../state/training/training.ts';
import { saveToFile } from '../../state/training/unsavedFile.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { TransferStatus } from '../common/progress/TransferStatus.tsx';
import { LeftOut } from './LeftOut.tsx';

const CANCEL_WORDS = {
  preparing: 'cancelled.preparing',
  extracting: 'cancelled.extracting',
  training: 'cancelled.training',
} as const;

/** A model that waits in this tab: to be saved after all, or to leave as a file. */
function Unsaved({ error, isInFile }: { readonly error: AppError; readonly isInFile: boolean }) {
  const { t } = useTranslation('train');
  const isBusy = useStore(modelsStore, ({ transfer }) => transfer !== null);
  return (
    <Stack gap="xs">
      <ErrorMessage error={error} />
      <Text>{t(error.code === 'storageUnavailable' ? 'saveImpossible' : 'saveFailed')}</Text>
      <Group gap="xs">
        <Button onClick={() => void retrySave()}>{t('saveAgain')}</Button>
        <Button variant="default" disabled={isBusy} onClick={() => void saveToFile()}>
          {t('saveAsFile')}
        </Button>
        {isInFile && (
          <Button variant="subtle" onClick={() => void letGo()}>
            {t('letGo')}
          </Button>
        )}
      </Group>
      <TransferStatus />
    </Stack>
  );
}

function Outcome({ last }: { readonly last: LastRun }) {
  const { t } = useTranslation('train');
  const isInterrupted = useStore(interruptedStore, ({ interrupted }) => interrupted !== null);
  const wanted = useStore(nextRunStore, ({ settings }) => settings);
  const isFromTuned = useStore(startingPointStore, ({ model }) => isTuned(model));
  const { outcome } = last;
  if (outcome.kind === 'failed') {
    const isMemory = outcome.error.code === 'outOfMemory';
    const smaller = isMemory ? smallerRunOf(last.settings ?? wanted, isFromTuned) : null;
    return (
      <ErrorMessage
        error={outcome.error}
        onClose={dismissLastRun}
        // A new run would take the place of the one that can go on: the panel below offers both.
        {...(isInterrupted || outcome.error.code === 'modelOfOtherBackbone'
          ? {}
          : // With the same settings it would get out of hand once more.
            divergedIn(last) !== null
            ? { onRetry: () => void startAtTenthOfRate(), retryLabel: t('warnings.tenthOfRate') }
            : smaller
              ? {
                  onRetry: () => void startSmaller(),
                  retryLabel: t(`smaller.${smaller.way}`, { count: smaller.count }),
                }
              : { onRetry: () => void startTraining() })}
      />
    );
  }
  if (outcome.kind === 'unsaved')
    return <Unsaved error={outcome.error} isInFile={outcome.isInFile ?? false} />;
  if (outcome.kind === 'done') {
    return (
      <Alert role="status" color="teal" variant="light">
        {t('done')}{' '}
        <Anchor href={toHash('result', outcome.modelId)} underline="always">
          {t('showResult')}
        </Anchor>
      </Alert>
    );
  }
  if (!(outcome.step in CANCEL_WORDS)) return null;
  if (isInterrupted && outcome.step === 'training')
    return (
      <Alert role="status" color="gray" variant="light">
        {t('cancelled.kept')}
      </Alert>
    );
  return (
    <Alert role="status" color="gray" variant="light">
      {t(CANCEL_WORDS[outcome.step as keyof typeof CANCEL_WORDS])}
    </Alert>
  );
}

export function LastRunPanel() {
  const last = useStore(lastRunStore, (state) => state.last);
  if (!last) return null;
  return (
    <>
      <Outcome last={last} />
      <LeftOut paths={last.leftOut} />
    </>
  );
}
