/** The train view: one button before a run, live curves during it, and the way to the result after it. */
import { Stack } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { loadOwnBackbones } from '../../state/engine/ownBackbones.ts';
import { lookForInterrupted } from '../../state/training/checkpoint.ts';
import { lastRunStore } from '../../state/training/lastRun.ts';
import { isTraining, runStore } from '../../state/training/run.ts';
import { Curves } from '../common/charts/Curves.tsx';
import { PageHeader } from '../common/PageHeader.tsx';
import { LastRunPanel } from './LastRunPanel.tsx';
import { useShownNetwork } from './network/useShownNetwork.ts';
import { ResumePanel } from './ResumePanel.tsx';
import { RunningPanel } from './RunningPanel.tsx';
import { StartPanel } from './StartPanel.tsx';

/** Before the first run and between two. */
function BetweenRuns() {
  const { t } = useTranslation('train');
  const last = useStore(lastRunStore, (state) => state.last);
  return (
    <Stack gap="lg">
      <LastRunPanel />
      {last?.outcome.kind !== 'unsaved' && <ResumePanel />}
      <StartPanel label={last?.outcome.kind === 'done' ? t('startAgain') : t('start')} />
      {last && last.curve.length > 0 && <Curves curve={last.curve} bestEpoch={last.bestEpoch} />}
    </Stack>
  );
}

export function TrainView() {
  const { t } = useTranslation('train');
  const running = useStore(runStore, isTraining);
  const { title, isFresh } = useShownNetwork();
  useEffect(() => void loadOwnBackbones(), []);
  useEffect(() => {
    const look = () => void lookForInterrupted();
    look();
    // Meanwhile another tab may have gone on with it, or have been closed in the middle.
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return (
    <>
      <PageHeader title={t('title')} lead={t(isFresh ? 'leadFresh' : 'lead', { network: title })} />
      {running ? <RunningPanel /> : <BetweenRuns />}
    </>
  );
}
