/** Lets a run rest and go on again; a screen reader hears which of the two has happened. */
import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { pauseTraining, unpauseTraining } from '../../state/training/control.ts';
import { isPausable } from '../../state/training/run.ts';
import { useRun } from './useRun.ts';

export function PauseButton() {
  const { t } = useTranslation('train');
  const paused = useRun((run) => run.paused);
  const canRest = useRun(isPausable);
  if (!canRest) return null;
  // One button whose words change, not two: whoever pressed it by keyboard keeps the place.
  return (
    <Button
      variant={paused ? 'filled' : 'default'}
      leftSection={
        paused ? <IconPlayerPlay aria-hidden size={18} /> : <IconPlayerPause aria-hidden size={18} />
      }
      onClick={paused ? unpauseTraining : pauseTraining}
    >
      {t(paused ? 'pause.goOn' : 'pause.pause')}
    </Button>
  );
}
