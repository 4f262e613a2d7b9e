/** Names the pictures that a run goes on without. */
import { Alert, List } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function LeftOut({ paths }: { readonly paths: readonly string[] }) {
  const { t } = useTranslation('train');
  if (paths.length === 0) return null;
  return (
    <Alert color="gray" variant="light">
      <details>
        <summary>{t('leftOut.summary', { count: paths.length })}</summary>
        <List size="sm" mt="xs">
          {paths.map((path) => (
            <List.Item key={path}>{path}</List.Item>
          ))}
        </List>
      </details>
    </Alert>
  );
}
