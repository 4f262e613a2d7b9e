/** Says that some of what was kept cannot be read by this version, and that nothing was deleted. */
import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** @param count nothing is said of none */
export function UnreadableNote({ count }: { readonly count: number }) {
  const { t } = useTranslation('app');
  if (count === 0) return null;
  return (
    <Alert role="status" color="yellow" variant="light">
      {t('unreadable', { count })}
    </Alert>
  );
}
