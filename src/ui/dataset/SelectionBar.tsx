/** What can be done with the pictures that are picked; floats at the foot of the grid while there are any. */
import { Button, CloseButton, Group, Menu, Text } from '@mantine/core';
import { IconArrowRight, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Dataset } from '../../domain/dataset.ts';
import { deletePictures, movePictures } from '../../state/dataset/dataset.ts';
import classes from './SelectionBar.module.css';
import { clearSelection, selectionStore } from './selection.ts';

export function SelectionBar({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation(['dataset', 'app']);
  const selected = useStore(selectionStore, (state) => state.selected);
  if (selected.size === 0) return null;
  const ids = () => [...selected];
  return (
    <div role="toolbar" aria-label={t('selection.toolbar')} className={classes.bar}>
      <Text fw={600} size="sm" aria-live="polite">
        {t('selection.count', { count: selected.size })}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Menu position="top" withinPortal>
          <Menu.Target>
            <Button size="sm" variant="light" leftSection={<IconArrowRight size={18} aria-hidden />}>
              {t('selection.moveTo')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
            {dataset.classes.map(({ id, name }) => (
              <Menu.Item
                key={id}
                onClick={() => {
                  movePictures(ids(), id);
                  clearSelection();
                }}
              >
                {name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Button
          size="sm"
          color="red"
          variant="light"
          leftSection={<IconTrash size={18} aria-hidden />}
          onClick={() => {
            deletePictures(ids());
            clearSelection();
          }}
        >
          {t('app:action.delete')}
        </Button>
        <CloseButton aria-label={t('selection.clear')} onClick={clearSelection} />
      </Group>
    </div>
  );
}
