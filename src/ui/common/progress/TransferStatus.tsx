/** A model file on its way in or out: progress, cancel, and what went wrong. */

import { Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { engineStore } from '../../../state/engine/engine.ts';
import { cancelTransfer, dismissTransferError, modelsStore } from '../../../state/models/models.ts';
import { ErrorMessage } from '../ErrorMessage.tsx';
import { useSelected } from '../useSelected.ts';
import { PrepareProgressBar } from './PrepareProgressBar.tsx';
import { ProgressBar } from './ProgressBar.tsx';

export function TransferStatus() {
  const { t } = useTranslation(['models', 'app']);
  const { transfer, transferError } = useSelected(modelsStore, 'transfer', 'transferError');
  const preparing = useStore(engineStore, ({ status }) => status === 'preparing');
  return (
    <>
      {transferError && <ErrorMessage error={transferError} onClose={dismissTransferError} />}
      {transfer && (
        <Stack gap="xs">
          {preparing ? (
            <PrepareProgressBar />
          ) : (
            <ProgressBar
              label={t(`transfer.${transfer.kind}`, { name: transfer.name })}
              done={Math.round(transfer.doneFraction * 100)}
              total={100}
            />
          )}
          <Button variant="default" size="xs" onClick={cancelTransfer} style={{ alignSelf: 'flex-start' }}>
            {t('app:action.cancel')}
          </Button>
        </Stack>
      )}
    </>
  );
}
