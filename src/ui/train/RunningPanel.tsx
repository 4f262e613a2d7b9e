/** A run while it goes on: steps, progress, curves, a rest in between, and the two ways to end it. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useThrottledValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { cancelTraining, finishTraining } from '../../state/training/control.ts';
import { canKeepScreenAwake } from '../../state/training/pageGuard.ts';
import { skipsFineTuning } from '../../state/training/run.ts';
import { Curves } from '../common/charts/Curves.tsx';
import { LeftOut } from './LeftOut.tsx';
import { PauseButton } from './PauseButton.tsx';
import { RunProgress } from './RunProgress.tsx';
import { TrainSteps } from './TrainSteps.tsx';
import { useRun } from './useRun.ts';

/** Charts are drawn by the same processor that learns, and drawing them takes it long. */
const REDRAW_MS = 500;

function StopButton() {
  const { t } = useTranslation('train');
  const finishing = useRun((run) => run.finishing);
  const hasEpoch = useRun(({ curve }) => curve.length > 0);
  const isFineTuningSkipped = useRun(skipsFineTuning);
  return (
    <Button
      variant="default"
      // Its words may need two lines on a phone.
      h="auto"
      mih={36}
      styles={{ label: { whiteSpace: 'normal' } }}
      onClick={finishTraining}
      disabled={finishing || !hasEpoch}
    >
      {t(finishing ? 'finishing' : isFineTuningSkipped ? 'stopAndKeepHead' : 'stopAndKeep')}
    </Button>
  );
}

function LiveCurves() {
  const { t } = useTranslation('train');
  const latest = useRun(({ curve, bestEpoch }) => ({ curve, bestEpoch }));
  const shown = useThrottledValue(latest, REDRAW_MS);
  if (!shown) return null;
  return (
    <Stack gap="sm">
      <Title order={2} size="h3">
        {t('chart.title')}
      </Title>
      <Curves {...shown} />
    </Stack>
  );
}

export function RunningPanel() {
  const { t } = useTranslation('train');
  const step = useRun((run) => run.step);
  const paused = useRun((run) => run.paused) ?? false;
  const leftOut = useRun((run) => run.leftOut);
  if (step === null) return null;
  return (
    <Stack gap="lg">
      <TrainSteps step={step} isPaused={paused} />
      <RunProgress />
      <Group>
        <PauseButton />
        {step === 'training' && <StopButton />}
        {step !== 'saving' && (
          <Button variant="default" onClick={cancelTraining}>
            {t(step === 'checking' ? 'skipCheck' : 'cancel')}
          </Button>
        )}
      </Group>
      {/* Always there, so that a screen reader hears it change. */}
      <Text role="status" size="sm" c="dimmed">
        {t(paused ? (step === 'extracting' ? 'pause.looking' : 'pause.state') : 'hiddenTab')}
      </Text>
      {!canKeepScreenAwake() && (
        <Text size="sm" c="dimmed">
          {t('screenMayGoDark')}
        </Text>
      )}
      <LeftOut paths={leftOut ?? []} />
      {step !== 'preparing' && step !== 'extracting' && <LiveCurves />}
    </Stack>
  );
}
