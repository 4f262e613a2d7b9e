/** Pictures straight from the camera into a class: hold the button, and it records. */

import { Autocomplete, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FileEntry } from '../../domain/fileEntry.ts';
import { datasetStore } from '../../state/dataset/dataset.ts';
import { takeFiles } from '../../state/dataset/intake.ts';
import { useCamera } from '../common/camera/useCamera.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { HoldButton } from './HoldButton.tsx';
import { useBurst } from './useBurst.ts';
import classes from './WebcamDialog.module.css';

export interface WebcamDialogProps {
  /** The class to begin with; empty lets the person name one. */
  readonly initialClass: string;
  readonly onClose: () => void;
}

export function WebcamDialog({ initialClass, onClose }: WebcamDialogProps) {
  const { t } = useTranslation(['dataset', 'app']);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('webcam.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('app:action.close') }}
    >
      <Recorder initialClass={initialClass} />
    </Modal>
  );
}

function Recorder({ initialClass }: { readonly initialClass: string }) {
  const { t } = useTranslation('dataset');
  const dataset = useStore(datasetStore, (state) => state.dataset);
  const [className, setClassName] = useState(initialClass);
  const [sent, setSent] = useState(0);
  const camera = useCamera();
  const name = className.trim();
  const onBurst = useCallback(
    (shots: FileEntry[], burstId: string) => {
      setSent((total) => total + shots.length);
      void takeFiles(shots, { kind: 'class', className: name, burstId });
    },
    [name],
  );
  const burst = useBurst(camera.video, onBurst);

  if (camera.error) return <ErrorMessage error={camera.error} onRetry={camera.retry} />;
  return (
    <Stack gap="sm">
      <Autocomplete
        label={t('webcam.class')}
        description={t('webcam.classExplanation')}
        placeholder={t('webcam.classPlaceholder')}
        data={dataset.classes.map((item) => item.name)}
        value={className}
        onChange={setClassName}
        disabled={burst.recording}
        maxLength={100}
      />
      <div className={classes.stage} data-recording={burst.recording || undefined}>
        {/* A live picture of the person's own room: there is nothing to caption. */}
        <video
          ref={camera.video}
          className={classes.video}
          muted
          playsInline
          aria-label={t('webcam.preview')}
        />
        <span className={classes.counter} aria-live="polite">
          {t('webcam.count', { count: burst.recording ? burst.count : sent })}
        </span>
      </div>
      {camera.cameras.length > 1 && (
        <NativeSelect
          label={t('webcam.camera')}
          value={camera.deviceId ?? ''}
          onChange={(event) => camera.choose(event.currentTarget.value)}
          data={camera.cameras.map(({ deviceId, label }) => ({ value: deviceId, label }))}
        />
      )}
      <HoldButton
        disabled={!camera.ready || name === ''}
        isHeld={burst.recording}
        onStart={burst.start}
        onEnd={burst.stop}
      >
        {t(burst.recording ? 'webcam.recording' : 'webcam.hold')}
      </HoldButton>
      <Text size="xs" c="dimmed">
        {t(name === '' ? 'webcam.nameFirst' : 'webcam.explanation')}
      </Text>
    </Stack>
  );
}
