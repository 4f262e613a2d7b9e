/** The train view: one button before a run, live curves during it, and the way to the result after it. */
import { Alert, Anchor, Button, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { toHash } from '../../state/shell/navigation.ts';
import { interruptedStore, lookForInterrupted } from '../../state/training/checkpoint.ts';
import { startAtTenthOfRate } from '../../state/training/retry.ts';
import { divergedIn } from '../../state/training/store.ts';
import {
  dismissTraining,
  isTraining,
  retrySave,
  startTraining,
  trainingStore,
} from '../../state/training/training.ts';
import { Curves } from '../common/charts/Curves.tsx';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { PageHeader } from '../common/PageHeader.tsx';
import { LeftOut } from './LeftOut.tsx';
import { ResumePanel } from './ResumePanel.tsx';
import { RunningPanel } from './RunningPanel.tsx';
import { StartPanel } from './StartPanel.tsx';

/** How the last run ended, if there was one. */
function LastRun() {
  const { t } = useTranslation('train');
  const { phase, error, unsaved, modelId, cancelledIn, leftOut } = useStore(trainingStore);
  // With the same settings it would get out of hand once more.
  const isDiverged = useStore(trainingStore, (state) => divergedIn(state) !== null);
  const isInterrupted = useStore(interruptedStore, ({ interrupted }) => interrupted !== null);
  return (
    <>
      {error && !unsaved && (
        <ErrorMessage
          error={error}
          onClose={dismissTraining}
          // A new run would take the place of the one that can go on: the panel below offers both.
          {...(isInterrupted
            ? {}
            : isDiverged
              ? { onRetry: () => void startAtTenthOfRate(), retryLabel: t('warnings.tenthOfRate') }
              : { onRetry: () => void startTraining() })}
        />
      )}
      {error && unsaved && (
        <Stack gap="xs">
          <ErrorMessage error={error} />
          <Text>{t('saveFailed')}</Text>
          <Button onClick={() => void retrySave()} style={{ alignSelf: 'flex-start' }}>
            {t('saveAgain')}
          </Button>
        </Stack>
      )}
      {cancelledIn !== null && cancelledIn in CANCEL_WORDS && (
        <Alert role="status" color="gray" variant="light">
          {t(CANCEL_WORDS[cancelledIn as keyof typeof CANCEL_WORDS])}
        </Alert>
      )}
      {phase === 'done' && modelId !== null && (
        <Alert role="status" color="teal" variant="light">
          {t('done')}{' '}
          <Anchor href={toHash('result', modelId)} underline="always">
            {t('showResult')}
          </Anchor>
        </Alert>
      )}
      <LeftOut paths={leftOut} />
    </>
  );
}

const CANCEL_WORDS = {
  preparing: 'cancelled.preparing',
  extracting: 'cancelled.extracting',
  training: 'cancelled.training',
} as const;

export function TrainView() {
  const { t } = useTranslation('train');
  const running = useStore(trainingStore, isTraining);
  const { phase, curve, bestEpoch, unsaved } = useStore(trainingStore);
  useEffect(() => {
    const look = () => void lookForInterrupted();
    look();
    // Meanwhile another tab may have gone on with it, or have been closed in the middle.
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      {running ? (
        <RunningPanel />
      ) : (
        <Stack gap="lg">
          <LastRun />
          {!unsaved && <ResumePanel />}
          <StartPanel label={phase === 'done' ? t('startAgain') : t('start')} />
          {curve.length > 0 && <Curves curve={curve} bestEpoch={bestEpoch} />}
        </Stack>
      )}
    </>
  );
}
