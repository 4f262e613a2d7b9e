/** What left this origin, by count: the promise of the first page as a number that can be looked at. */
import { List, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { countOutside } from '../../shared/outsideRequests.ts';
import { askServiceWorker, privacyStore } from '../../state/shell/privacy.ts';
import { Panel } from '../common/Panel.tsx';

/** The service worker tells only when it is asked. */
const ASK_EVERY_MS = 5000;

export function PrivacyPanel() {
  const { t } = useTranslation('settings');
  const { events, seen, refusedInServiceWorker, downloads, ledOnTo, savedFiles } = useStore(privacyStore);
  const { left, refused, hosts: asked } = countOutside(events, seen);
  const hosts = [...new Set([...asked, ...ledOnTo])].sort();
  useEffect(() => {
    askServiceWorker();
    const timer = setInterval(askServiceWorker, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Panel title={t('privacy.title')}>
      <Stack gap="sm">
        <Text fw={600} {...(left > downloads ? { c: 'red' } : {})} role="status">
          {t('privacy.left', { count: left })}
        </Text>
        {downloads > 0 && <Text size="sm">{t('privacy.downloads', { count: downloads })}</Text>}
        {hosts.length > 0 && (
          <List size="sm" aria-label={t('privacy.hosts')}>
            {hosts.map((host) => (
              <List.Item key={host}>{host}</List.Item>
            ))}
          </List>
        )}
        <Text size="sm">{t('privacy.refused', { count: refused + refusedInServiceWorker })}</Text>
        <Text size="sm">{t('privacy.saved', { count: savedFiles })}</Text>
        <Text size="sm" c="dimmed">
          {t('privacy.explanation')}
        </Text>
      </Stack>
    </Panel>
  );
}
