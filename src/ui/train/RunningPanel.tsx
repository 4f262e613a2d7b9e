/** A run while it goes on: steps, progress, curves, a rest in between, and the two ways to end it. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { skipsTuning } from '../../state/training/store.ts';
import { cancelTraining, finishTraining, trainingStore } from '../../state/training/training.ts';
import { Curves } from '../common/charts/Curves.tsx';
import { PhaseProgress } from '../common/progress/PhaseProgress.tsx';
import { LeftOut } from './LeftOut.tsx';
import { PauseButton } from './PauseButton.tsx';
import { TrainSteps } from './TrainSteps.tsx';

export function RunningPanel() {
  const { t } = useTranslation('train');
  const { phase, curve, bestEpoch, leftOut, finishing, paused } = useStore(trainingStore);
  const isTuningSkipped = useStore(trainingStore, skipsTuning);
  return (
    <Stack gap="lg">
      <TrainSteps phase={phase} isPaused={paused} />
      <PhaseProgress />
      <Group>
        <PauseButton />
        {phase === 'training' && (
          <Button
            variant="default"
            // Its words may need two lines on a phone.
            h="auto"
            mih={36}
            styles={{ label: { whiteSpace: 'normal' } }}
            onClick={finishTraining}
            disabled={finishing || curve.length === 0}
          >
            {t(finishing ? 'finishing' : isTuningSkipped ? 'stopAndKeepHead' : 'stopAndKeep')}
          </Button>
        )}
        {phase !== 'saving' && (
          <Button variant="default" onClick={cancelTraining}>
            {t(phase === 'checking' ? 'skipCheck' : 'cancel')}
          </Button>
        )}
      </Group>
      {/* Always there, so that a screen reader hears it change. */}
      <Text role="status" size="sm" c="dimmed">
        {t(paused ? 'pause.state' : 'hiddenTab')}
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
