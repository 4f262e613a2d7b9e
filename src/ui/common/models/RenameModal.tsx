/** A new name for a model. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { renameKeptModel } from '../../../state/models/models.ts';
import { ErrorMessage } from '../ErrorMessage.tsx';
import { useAction } from '../useAction.ts';

export interface RenameModalProps {
  readonly model: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}

export function RenameModal({ model, onClose }: RenameModalProps) {
  const { t } = useTranslation(['models', 'app']);
  const [name, setName] = useState(model.name);
  const trimmed = name.trim();
  const { run, busy, error } = useAction(async () => {
    await renameKeptModel(model.id, trimmed);
    onClose();
  }, 'inline');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('rename.title')}
      closeButtonProps={{ 'aria-label': t('app:action.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (trimmed) run();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t('rename.name')}
            value={name}
            maxLength={120}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          {error && <ErrorMessage error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app:action.cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={!trimmed}>
              {t('app:action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
