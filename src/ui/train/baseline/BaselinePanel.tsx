/** What a quick first try says before anything is trained; by itself where it costs nothing, else behind a button. */

import { Button, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { datasetStore } from '../../../state/dataset/dataset.ts';
import { engineStore } from '../../../state/engine/engine.ts';
import { isUpFor } from '../../../state/engine/engineControl.ts';
import {
  baselineStore,
  cancelBaseline,
  considerBaseline,
  lookNow,
} from '../../../state/estimates/baselineEstimate.ts';
import { nextRunStore } from '../../../state/training/nextRun.ts';
import { ErrorMessage } from '../../common/ErrorMessage.tsx';
import { Panel } from '../../common/Panel.tsx';
import { PrepareProgressBar } from '../../common/progress/PrepareProgressBar.tsx';
import { ProgressBar } from '../../common/progress/ProgressBar.tsx';
import { useFormat } from '../../common/useFormat.ts';
import { useSelected } from '../../common/useSelected.ts';
import { BaselineResult } from './BaselineResult.tsx';

/** Looks again whenever something changes that the answer depends on. */
function useBaseline() {
  const dataset = useStore(datasetStore, (state) => state.dataset);
  const isUp = useStore(engineStore, (state) => isUpFor(null, state));
  const classWeights = useStore(nextRunStore, ({ settings }) => settings.classWeights);
  const seed = useStore(nextRunStore, ({ settings }) => settings.seed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it reads them from the stores
  useEffect(() => void considerBaseline(), [dataset, isUp, classWeights, seed]);
  return useSelected(baselineStore, 'phase', 'answer', 'points', 'error');
}

function Working() {
  const { t } = useTranslation(['baseline', 'train', 'app']);
  const format = useFormat();
  const { phase, extract } = useSelected(baselineStore, 'phase', 'extract');
  const isPreparing = useStore(engineStore, ({ status }) => status === 'preparing');
  if (phase === 'preparing' || isPreparing) return <PrepareProgressBar />;
  if (phase === 'computing') return <ProgressBar label={t('computing')} done={0} total={0} />;
  return (
    <ProgressBar
      label={t('train:progress.pictures')}
      done={extract?.done ?? 0}
      total={extract?.total ?? 0}
      rate={
        extract?.picturesPerSecond
          ? t('app:progress.rate', { rate: format.number(extract.picturesPerSecond, 1) })
          : null
      }
      remainingMs={extract?.remainingMs ?? null}
    />
  );
}

export function BaselinePanel() {
  const { t } = useTranslation(['baseline', 'train']);
  const { phase, answer, points, error } = useBaseline();
  const format = useFormat();
  const isWorking = phase === 'preparing' || phase === 'extracting' || phase === 'computing';
  const first = points.at(-1);
  return (
    <Panel title={t('title')}>
      <Stack gap="sm">
        {error && <ErrorMessage error={error} onRetry={() => void lookNow()} />}
        {phase === 'idle' && !error && (
          <>
            <Text>{t('offer')}</Text>
            <Button variant="light" onClick={() => void lookNow()} style={{ alignSelf: 'flex-start' }}>
              {t('lookNow')}
            </Button>
          </>
        )}
        {isWorking && (
          <>
            {first && <Text>{t('soFar', { accuracy: format.percent(first.accuracy) })}</Text>}
            <Working />
            <Button variant="default" onClick={cancelBaseline} style={{ alignSelf: 'flex-start' }}>
              {t('train:cancel')}
            </Button>
          </>
        )}
        <VisuallyHidden role="status">
          {answer && t('headline.announced', { accuracy: format.percent(answer.accuracy) })}
        </VisuallyHidden>
        {answer && <BaselineResult answer={answer} />}
      </Stack>
    </Panel>
  );
}
