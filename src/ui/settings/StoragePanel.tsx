/** What is kept, how much room there is, and whether the browser promises not to clear it. */

import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import {
  askToPersist,
  deleteFeatures,
  refreshStorage,
  storageQuotaStore,
} from '../../state/shell/storageQuota.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { Panel } from '../common/Panel.tsx';
import { UnreadableNote } from '../common/UnreadableNote.tsx';
import { useAction } from '../common/useAction.ts';
import { useFormat } from '../common/useFormat.ts';
import { useSelected } from '../common/useSelected.ts';

export function StoragePanel() {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const { estimate, error, besideCount } = useSelected(storageQuotaStore, 'estimate', 'error', 'besideCount');
  const persist = useAction(askToPersist);
  const remove = useAction(deleteFeatures);
  useEffect(() => void refreshStorage(), []);
  return (
    <Panel title={t('storage.title')}>
      <Stack gap="sm" align="stretch">
        {error && <ErrorMessage error={error} />}
        <UnreadableNote count={besideCount} />
        {estimate ? (
          <div>
            <Text size="sm" mb={6}>
              {t('storage.used', {
                used: format.bytes(estimate.usedBytes),
                quota: format.bytes(estimate.quotaBytes),
              })}
            </Text>
            <Progress
              value={Math.max(1, (estimate.usedBytes / Math.max(1, estimate.quotaBytes)) * 100)}
              aria-label={t('storage.usedLabel')}
              radius="xl"
            />
            <Text size="sm" c="dimmed" mt={6}>
              {t(estimate.isPersistent ? 'storage.persistent' : 'storage.notPersistent')}
            </Text>
          </div>
        ) : (
          !error && <Text size="sm">{t('storage.unknown')}</Text>
        )}
        <Text size="sm" c="dimmed">
          {t('storage.deleteFeaturesExplanation')}
        </Text>
        <Group gap="xs">
          {estimate && !estimate.isPersistent && (
            <Button variant="light" loading={persist.busy} onClick={() => persist.run()}>
              {t('storage.askPersist')}
            </Button>
          )}
          <Button variant="default" loading={remove.busy} onClick={() => remove.run()}>
            {t('storage.deleteFeatures')}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
