/** Classifying what the camera sees, live. The camera is off until asked for, and off again on leaving. */
import { Box, Button, Group, NativeSelect, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { engineStore } from '../../state/engine/engine.ts';
import { useCamera } from '../common/camera/useCamera.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { PrepareProgressBar } from '../common/progress/PrepareProgressBar.tsx';
import { useFormat } from '../common/useFormat.ts';
import { TopBars } from './TopBars.tsx';
import { useLiveClassification } from './useLiveClassification.ts';

export function CameraPanel() {
  const { t } = useTranslation('classify');
  const format = useFormat();
  const [on, setOn] = useState(false);
  const camera = useCamera(on);
  const live = useLiveClassification(camera.video, on && camera.ready);
  const preparing = useStore(engineStore, ({ status }) => status === 'preparing');
  return (
    <Stack gap="md" pt="md">
      <Group align="flex-end">
        <Button onClick={() => setOn(!on)}>{t(on ? 'camera.stop' : 'camera.start')}</Button>
        {on && camera.cameras.length > 1 && (
          <NativeSelect
            label={t('camera.choose')}
            value={camera.deviceId ?? ''}
            data={camera.cameras.map(({ deviceId, label }) => ({ value: deviceId, label }))}
            onChange={({ currentTarget }) => camera.choose(currentTarget.value)}
          />
        )}
      </Group>
      {!on && <Text c="dimmed">{t('camera.hint')}</Text>}
      {camera.error && <ErrorMessage error={camera.error} onRetry={camera.retry} />}
      {live.error && <ErrorMessage error={live.error} onRetry={camera.retry} />}
      {on && !camera.error && (
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Box>
            <video
              ref={camera.video}
              muted
              playsInline
              aria-label={t('camera.video')}
              // Shows what the network sees: the square in the middle of the frame.
              style={{
                width: '100%',
                borderRadius: 8,
                background: '#000',
                aspectRatio: '1',
                objectFit: 'cover',
              }}
            />
          </Box>
          <Stack gap="sm">
            {preparing && <PrepareProgressBar />}
            {live.result ? <TopBars top={live.result.top} /> : <Text c="dimmed">{t('camera.waiting')}</Text>}
            {live.result?.framesPerSecond && (
              <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
                {t('camera.rate', { rate: format.number(live.result.framesPerSecond, 1) })}
              </Text>
            )}
          </Stack>
        </SimpleGrid>
      )}
    </Stack>
  );
}
