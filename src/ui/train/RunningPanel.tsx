/** A run while it goes on: steps, progress, curves, and the two ways to end it. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { cancelTraining, finishTraining, trainingStore } from '../../state/training.ts';
import { Curves } from './Curves.tsx';
import { LeftOut } from './LeftOut.tsx';
import { PhaseProgress } from './PhaseProgress.tsx';
import { TrainSteps } from './TrainSteps.tsx';

export function RunningPanel() {
  const { t } = useTranslation('train');
  const { phase, curve, bestEpoch, leftOut, finishing } = useStore(trainingStore);
  return (
    <Stack gap="lg">
      <TrainSteps phase={phase} />
      <PhaseProgress />
      <Group>
        {phase === 'training' && (
          <Button onClick={finishTraining} disabled={finishing || curve.length === 0}>
            {finishing ? t('finishing') : t('stopAndKeep')}
          </Button>
        )}
        {phase !== 'saving' && (
          <Button variant="default" onClick={cancelTraining}>
            {t(phase === 'checking' ? 'skipCheck' : 'cancel')}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t('hiddenTab')}
      </Text>
      <LeftOut paths={leftOut} />
      {phase !== 'preparing' && phase !== 'extracting' && (
        <Stack gap="sm">
          <Title order={2} size="h3">
            {t('chart.title')}
          </Title>
          <Curves curve={curve} bestEpoch={bestEpoch} />
        </Stack>
      )}
    </Stack>
  );
}
