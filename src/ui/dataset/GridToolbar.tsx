/** What concerns the data set as a whole: a new class, undo, redo, start over. */
import { ActionIcon, Button, Group } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { addClass, clearDataset, datasetStore, redo, undo } from '../../state/dataset/dataset.ts';

export function GridToolbar() {
  const { t } = useTranslation('dataset');
  const canUndo = useStore(datasetStore, (state) => state.undo.length > 0);
  const canRedo = useStore(datasetStore, (state) => state.redo.length > 0);
  return (
    <Group justify="space-between" mb="sm" gap="xs">
      <Button
        variant="default"
        size="sm"
        leftSection={<IconPlus size={18} aria-hidden />}
        onClick={() => addClass(t('class.newName'))}
      >
        {t('class.add')}
      </Button>
      <Group gap={4}>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t('undo')}
          title={t('undo')}
          disabled={!canUndo}
          onClick={undo}
        >
          <IconArrowBackUp size={20} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t('redo')}
          title={t('redo')}
          disabled={!canRedo}
          onClick={redo}
        >
          <IconArrowForwardUp size={20} />
        </ActionIcon>
        <Button
          variant="subtle"
          color="gray"
          size="sm"
          leftSection={<IconTrash size={18} aria-hidden />}
          onClick={clearDataset}
        >
          {t('clearAll')}
        </Button>
      </Group>
    </Group>
  );
}
