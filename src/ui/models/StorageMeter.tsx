/** How much room is used, and whether the browser may clear it. */
import { Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { modelsStore } from '../../state/models/models.ts';
import { refreshStorage, storageQuotaStore, tellsStorage } from '../../state/shell/storageQuota.ts';
import { useFormat } from '../common/useFormat.ts';

export function StorageMeter() {
  const { t } = useTranslation('models');
  const format = useFormat();
  const storage = useStore(storageQuotaStore, ({ estimate }) => estimate);
  const models = useStore(modelsStore, (state) => state.models);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a model more or less changes how much is used.
  useEffect(() => void refreshStorage(), [models]);
  if (!storage) {
    return tellsStorage() ? null : (
      <Text size="sm" c="dimmed">
        {t('storage.notPersistent')}
      </Text>
    );
  }
  return (
    <Stack gap={2}>
      <Text size="sm" c="dimmed">
        {t('storage.used', {
          used: format.bytes(storage.usedBytes),
          quota: format.bytes(storage.quotaBytes),
        })}
      </Text>
      <Text size="sm" c="dimmed">
        {t(storage.isPersistent ? 'storage.persistent' : 'storage.notPersistent')}
      </Text>
    </Stack>
  );
}
