/** What browsers keep from a page that came over plain http from another machine, in words. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Note } from '../common/Note.tsx';

export function PlainHttpNote() {
  const { t } = useTranslation('settings');
  if (globalThis.isSecureContext) return null;
  return (
    <Note role="note" title={t('plainHttp.title')}>
      <Text size="sm">{t('plainHttp.missing')}</Text>
      <Text size="sm">{t('plainHttp.way')}</Text>
    </Note>
  );
}
