/** Lets a run rest and go on again; a screen reader hears which of the two has happened. */
import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isPausable } from '../../state/training/store.ts';
import { continueTraining, pauseTraining, trainingStore } from '../../state/training/training.ts';

export function PauseButton() {
  const { t } = useTranslation('train');
  const { phase, paused, finishing } = useStore(trainingStore);
  if (!isPausable(phase, finishing)) return null;
  // One button whose words change, not two: whoever pressed it by keyboard keeps the place.
  return (
    <Button
      variant={paused ? 'filled' : 'default'}
      leftSection={
        paused ? <IconPlayerPlay aria-hidden size={18} /> : <IconPlayerPause aria-hidden size={18} />
      }
      onClick={paused ? continueTraining : pauseTraining}
    >
      {t(paused ? 'pause.goOn' : 'pause.pause')}
    </Button>
  );
}
