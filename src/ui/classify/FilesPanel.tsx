/** Classifying files: drop, choose or paste; results come as they are ready. */

import { Button, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconDownload, IconPhotoPlus } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  cancelClassify,
  classifyFiles,
  classifyStore,
  classifyWaiting,
  clearClassify,
  downloadPredictions,
} from '../../state/classify/classify.ts';
import { engineStore } from '../../state/engine/engine.ts';
import { filesOfInput } from '../common/drop/droppedFiles.ts';
import { usePageDrop } from '../common/drop/usePageDrop.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { FilePicker } from '../common/FilePicker.tsx';
import { PrepareProgressBar } from '../common/progress/PrepareProgressBar.tsx';
import { ProgressBar } from '../common/progress/ProgressBar.tsx';
import { useSelected } from '../common/useSelected.ts';
import { ResultCard } from './ResultCard.tsx';

const PICTURES = 'image/*,.heic,.heif,.avif,.svg';

function RunStatus() {
  const { t } = useTranslation('classify');
  const { items, reading, running, error } = useSelected(
    classifyStore,
    'items',
    'reading',
    'running',
    'error',
  );
  const preparing = useStore(engineStore, ({ status }) => status === 'preparing');
  const done = items.filter(({ status }) => status !== 'waiting').length;
  const busy = reading || running;
  const failed = items.filter(({ status }) => status === 'failed').length;
  return (
    <>
      {error && <ErrorMessage error={error} onRetry={() => void classifyWaiting()} />}
      {busy && preparing && <PrepareProgressBar />}
      {busy && !preparing && <ProgressBar label={t('progress')} done={done} total={items.length} />}
      <Text role="status" size="sm" c="dimmed">
        {busy || items.length === 0
          ? ''
          : [t('finished', { count: done - failed }), failed > 0 ? t('failed', { count: failed }) : ''].join(
              ' ',
            )}
      </Text>
      {items.length > 0 && (
        <Group>
          {busy ? (
            <Button variant="default" onClick={cancelClassify}>
              {t('cancel')}
            </Button>
          ) : (
            <>
              <Button
                variant="default"
                leftSection={<IconDownload size={18} aria-hidden />}
                onClick={downloadPredictions}
              >
                {t('csv')}
              </Button>
              <Button variant="default" onClick={clearClassify}>
                {t('clear')}
              </Button>
            </>
          )}
        </Group>
      )}
    </>
  );
}

export function FilesPanel() {
  const { t } = useTranslation('classify');
  const items = useStore(classifyStore, (state) => state.items);
  const { dragging } = usePageDrop(({ entries, failed }) => void classifyFiles(entries, failed));
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) void classifyFiles(filesOfInput(files));
    };
    window.addEventListener('paste', onPaste);
    return () => window.removeEventListener('paste', onPaste);
  }, []);
  return (
    <Stack gap="md" pt="md">
      <Paper
        p="xl"
        radius="md"
        style={{
          border: `2px dashed var(${dragging ? '--mantine-primary-color-filled' : '--mantine-color-default-border'})`,
        }}
      >
        <Stack align="center" gap="sm">
          <Text ta="center">{t(dragging ? 'drop.now' : 'drop.hint')}</Text>
          <FilePicker
            name="pictures-to-classify"
            accept={PICTURES}
            size="md"
            leftSection={<IconPhotoPlus size={20} aria-hidden />}
            onPick={(files) => void classifyFiles(filesOfInput(files))}
          >
            {t('drop.button')}
          </FilePicker>
        </Stack>
      </Paper>
      <RunStatus />
      {items.length > 0 && (
        <SimpleGrid
          component="ul"
          aria-label={t('results')}
          cols={{ base: 1, md: 2 }}
          m={0}
          p={0}
          style={{ listStyle: 'none' }}
        >
          {items.map((item) => (
            <ResultCard key={item.id} item={item} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}
