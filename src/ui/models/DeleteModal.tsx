/** Asks once before a model goes; an undo is offered afterwards all the same. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export interface DeleteModalProps {
  readonly name: string;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

export function DeleteModal({ name, onClose, onConfirm }: DeleteModalProps) {
  const { t } = useTranslation(['models', 'app']);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('delete.title')}
      closeButtonProps={{ 'aria-label': t('app:action.close') }}
    >
      <Stack>
        <Text style={{ overflowWrap: 'anywhere' }}>{t('delete.question', { name })}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('app:action.cancel')}
          </Button>
          <Button
            color="red.9"
            onClick={() => {
              onConfirm();
              onClose();
            }}
          >
            {t('app:action.delete')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
