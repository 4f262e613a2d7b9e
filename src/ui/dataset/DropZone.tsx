/** The door of the app: drop a folder, choose one, take the sample set, or use the camera. */

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconCamera, IconFiles, IconFolderFilled, IconFolderOpen, IconSparkles } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '../../domain/fileEntry.ts';
import { filesOfInput } from '../common/drop/droppedFiles.ts';
import { canPickFolders, FilePicker } from '../common/FilePicker.tsx';
import classes from './DropZone.module.css';

export interface DropZoneProps {
  /** Small, once there are pictures. */
  readonly compact: boolean;
  readonly onFiles: (entries: FileEntry[]) => void;
  readonly onSample: () => void;
  readonly onCamera: () => void;
}

export function DropZone({ compact, onFiles, onSample, onCamera }: DropZoneProps) {
  const { t } = useTranslation('dataset');
  return (
    <section className={classes.zone} data-compact={compact || undefined} aria-label={t('drop.region')}>
      {!compact && <ExampleFolders />}
      <Stack gap={4} align={compact ? 'flex-start' : 'center'}>
        <Title order={2} ta={compact ? 'left' : 'center'} size={compact ? 'h3' : 'h2'}>
          {t(compact ? 'drop.titleMore' : 'drop.title')}
        </Title>
        {!compact && (
          <Text c="dimmed" ta="center" maw={520}>
            {t('drop.explanation')}
          </Text>
        )}
      </Stack>
      <Group
        gap="xs"
        justify={compact ? 'flex-start' : 'center'}
        mt={compact ? 'sm' : 'lg'}
        className={classes.actions}
      >
        {canPickFolders() && (
          <FilePicker
            name="folder"
            folder
            size={compact ? 'sm' : 'md'}
            variant={compact ? 'light' : 'filled'}
            leftSection={<IconFolderOpen size={20} aria-hidden />}
            onPick={(files) => onFiles(filesOfInput(files))}
          >
            {t('drop.chooseFolder')}
          </FilePicker>
        )}
        <FilePicker
          name="files"
          size={compact ? 'sm' : 'md'}
          variant="default"
          leftSection={<IconFiles size={20} aria-hidden />}
          onPick={(files) => onFiles(filesOfInput(files))}
        >
          {t('drop.chooseFiles')}
        </FilePicker>
        <Button
          size={compact ? 'sm' : 'md'}
          variant="default"
          leftSection={<IconCamera size={20} aria-hidden />}
          onClick={onCamera}
        >
          {t('drop.camera')}
        </Button>
        <Button
          size={compact ? 'sm' : 'md'}
          variant={compact ? 'subtle' : 'light'}
          leftSection={<IconSparkles size={20} aria-hidden />}
          onClick={onSample}
        >
          {t('drop.sample')}
        </Button>
      </Group>
      {!canPickFolders() && (
        <Text size="sm" mt="sm" ta={compact ? 'left' : 'center'}>
          {t('drop.noFolders')}
        </Text>
      )}
      {!compact && (
        <Text size="xs" c="dimmed" ta="center" mt="md">
          {t('drop.formats')}
        </Text>
      )}
    </section>
  );
}

/** One folder a class, shown rather than told. */
function ExampleFolders() {
  const { t } = useTranslation('dataset');
  return (
    <div className={classes.folders} aria-hidden>
      {(['first', 'second', 'third'] as const).map((which) => (
        <div key={which} className={classes.folder} data-which={which}>
          <IconFolderFilled size={56} />
          <span>{t(`drop.example.${which}`)}</span>
        </div>
      ))}
    </div>
  );
}
