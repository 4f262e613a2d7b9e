/** Pictures without a folder: asks what they show. */
import { Autocomplete, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface LooseFilesDialogProps {
  readonly count: number;
  readonly classNames: readonly string[];
  readonly onName: (className: string) => void;
  readonly onClose: () => void;
}

export function LooseFilesDialog({ count, classNames, onName, onClose }: LooseFilesDialogProps) {
  const { t } = useTranslation(['dataset', 'app']);
  const [name, setName] = useState('');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('loose.title')}
      closeButtonProps={{ 'aria-label': t('app:action.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onName(name.trim() || t('loose.unsorted'));
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{t('loose.question', { count })}</Text>
          <Autocomplete
            data-autofocus
            label={t('loose.label')}
            placeholder={t('loose.unsorted')}
            data={[...classNames]}
            value={name}
            onChange={setName}
            maxLength={100}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('app:action.cancel')}
            </Button>
            <Button type="submit">{t('loose.add')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
