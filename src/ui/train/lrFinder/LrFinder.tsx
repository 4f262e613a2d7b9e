/** One button that tries learning rates, and one that takes the rate it proposes. */

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { datasetStore } from '../../../state/dataset/dataset.ts';
import { findingsOf } from '../../../state/dataset/derived.ts';
import { intakeStore } from '../../../state/dataset/intake.ts';
import { engineStore } from '../../../state/engine/engine.ts';
import {
  cancelLrFinder,
  findLearningRate,
  isFinding,
  lrFinderStore,
} from '../../../state/estimates/lrFinder.ts';
import { changeTrainSettings, nextRunStore } from '../../../state/training/nextRun.ts';
import { ErrorMessage } from '../../common/ErrorMessage.tsx';
import { PrepareProgressBar } from '../../common/progress/PrepareProgressBar.tsx';
import { ProgressBar } from '../../common/progress/ProgressBar.tsx';
import { useFormat } from '../../common/useFormat.ts';
import { useSelected } from '../../common/useSelected.ts';
import { RateChart } from './RateChart.tsx';

function FinderProgress() {
  const { t } = useTranslation('fineTune');
  const { phase, extract, points, total } = useSelected(lrFinderStore, 'phase', 'extract', 'points', 'total');
  const engineStatus = useStore(engineStore, ({ status }) => status);
  if (phase === 'preparing' || engineStatus === 'preparing') return <PrepareProgressBar />;
  if (phase === 'extracting') {
    return (
      <ProgressBar
        label={t('finder.pictures')}
        done={extract?.done ?? 0}
        total={extract?.total ?? 0}
        remainingMs={extract?.remainingMs ?? null}
      />
    );
  }
  return <ProgressBar label={t('finder.testing')} done={points.length} total={total} />;
}

function Proposal({ proposal }: { readonly proposal: number | null }) {
  const { t } = useTranslation('fineTune');
  const format = useFormat();
  const current = useStore(nextRunStore, ({ settings }) => settings.learningRate);
  if (proposal === null) return <Text role="status">{t('finder.none')}</Text>;
  const rate = format.number(proposal, 7);
  return (
    <>
      <Text role="status">
        {t('finder.proposal', { rate })} {current === proposal && t('finder.inUse', { rate })}
      </Text>
      <Button
        onClick={() => changeTrainSettings({ learningRate: proposal })}
        style={{ alignSelf: 'flex-start' }}
      >
        {t('finder.use', { rate })}
      </Button>
    </>
  );
}

export function LrFinder() {
  const { t } = useTranslation('fineTune');
  const id = useId();
  const { phase, points, proposal, error } = useSelected(
    lrFinderStore,
    'phase',
    'points',
    'proposal',
    'error',
  );
  const finding = useStore(lrFinderStore, isFinding);
  const isReading = useStore(intakeStore, (intake) => intake.phase !== 'idle');
  const dataset = useStore(datasetStore, (state) => state.dataset);
  const canFind = !isReading && findingsOf(dataset).every(({ severity }) => severity !== 'error');
  return (
    <Stack component="section" gap="sm" aria-labelledby={`${id}-title`}>
      <Title order={3} size="h5" id={`${id}-title`}>
        {t('finder.title')}
      </Title>
      <Text size="sm" c="dimmed" id={`${id}-help`}>
        {t('finder.help')} {!canFind && t('finder.notYet')}
      </Text>
      {/* One button that changes its word: whoever pressed it by keyboard stays where they are. */}
      <Group>
        <Button
          variant="default"
          disabled={!canFind && !finding}
          aria-describedby={`${id}-help`}
          onClick={() => (finding ? cancelLrFinder() : void findLearningRate())}
        >
          {t(finding ? 'finder.cancel' : phase === 'done' ? 'finder.again' : 'finder.start')}
        </Button>
      </Group>
      {finding && <FinderProgress />}
      {error && <ErrorMessage error={error} onClose={cancelLrFinder} />}
      {points.length > 0 && <RateChart points={points} proposal={proposal} />}
      {phase === 'done' && <Proposal proposal={proposal} />}
    </Stack>
  );
}
