/** All kept models, and the door for model files. */

import { Anchor, Button, Loader, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconChartLine, IconFileImport, IconStack2 } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '../../domain/fileEntry.ts';
import { AppError } from '../../shared/errors.ts';
import { importModelFile, loadModels, modelsStore } from '../../state/models/models.ts';
import { toHash } from '../../state/shell/navigation.ts';
import { notifyError } from '../../state/shell/notices.ts';
import { filesOfInput } from '../common/drop/droppedFiles.ts';
import { usePageDrop } from '../common/drop/usePageDrop.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { FilePicker } from '../common/FilePicker.tsx';
import { PageHeader } from '../common/PageHeader.tsx';
import { TransferStatus } from '../common/progress/TransferStatus.tsx';
import { UnreadableNote } from '../common/UnreadableNote.tsx';
import { useSelected } from '../common/useSelected.ts';
import { EnsembleModal } from './EnsembleModal.tsx';
import { ModelCard } from './ModelCard.tsx';
import { StorageMeter } from './StorageMeter.tsx';

function takeFirst(entries: readonly FileEntry[]): void {
  const [entry] = entries;
  if (entry) void importModelFile(entry.file, entry.path);
}

export function ModelsView() {
  const { t } = useTranslation(['models', 'runs']);
  const { status, models, error, transfer, unreadableCount } = useSelected(
    modelsStore,
    'status',
    'models',
    'error',
    'transfer',
    'unreadableCount',
  );
  const { dragging } = usePageDrop(({ entries, failed }) => {
    if (entries.length === 0 && failed.length > 0) notifyError(new AppError('modelFileUnreadable'));
    else takeFirst(entries);
  });
  const [joining, setJoining] = useState(false);
  useEffect(() => void loadModels(), []);
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={
          <>
            <Button
              component="a"
              href={toHash('runs')}
              variant="default"
              leftSection={<IconChartLine size={18} aria-hidden />}
            >
              {t('runs:fromModels')}
            </Button>
            {models.length > 0 && (
              <Button
                variant="default"
                leftSection={<IconStack2 size={18} aria-hidden />}
                onClick={() => setJoining(true)}
              >
                {t('ensemble.open')}
              </Button>
            )}
            <FilePicker
              name="model-file"
              multiple={false}
              accept=".zip,application/zip"
              variant={dragging ? 'filled' : 'default'}
              disabled={transfer !== null}
              leftSection={<IconFileImport size={18} aria-hidden />}
              onPick={(files) => takeFirst(filesOfInput(files))}
            >
              {t(dragging ? 'import.drop' : 'import.button')}
            </FilePicker>
          </>
        }
      />
      <Stack gap="lg">
        <TransferStatus />
        {error && <ErrorMessage error={error} onRetry={() => void loadModels()} />}
        <UnreadableNote count={unreadableCount} />
        {status === 'loading' && <Loader role="status" aria-label={t('loading')} />}
        {status === 'ready' && models.length === 0 && (
          <Text>
            {t('empty')}{' '}
            <Anchor href={toHash('pictures')} underline="always">
              {t('emptyLink')}
            </Anchor>
          </Text>
        )}
        {models.length > 0 && (
          <SimpleGrid
            component="ul"
            aria-label={t('list')}
            cols={{ base: 1, md: 2 }}
            m={0}
            p={0}
            style={{ listStyle: 'none' }}
          >
            {models.map((model) => (
              <ModelCard key={model.id} model={model} />
            ))}
          </SimpleGrid>
        )}
        <StorageMeter />
      </Stack>
      {joining && <EnsembleModal models={models} onClose={() => setJoining(false)} />}
    </>
  );
}
