/** Which Headstart this is: the first thing that a report of a bug needs. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { APP_COMMIT, APP_VERSION } from '../../shared/version.ts';

export function VersionLine() {
  const { t } = useTranslation('settings');
  return (
    <Text size="sm" c="dimmed">
      {APP_COMMIT === null
        ? t('version.plain', { version: APP_VERSION })
        : t('version.withCommit', { version: APP_VERSION, commit: APP_COMMIT })}
    </Text>
  );
}
