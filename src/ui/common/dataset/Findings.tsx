/** What speaks against training, in words. */

import { Alert, List } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Finding } from '../../../domain/dataset.ts';

export interface FindingsProps {
  readonly findings: readonly Finding[];
  readonly severity: Finding['severity'];
  /** For `aria-describedby` of what is disabled by it. */
  readonly id?: string;
}

export function Findings({ findings, severity, id }: FindingsProps) {
  const { t } = useTranslation('dataset');
  const shown = findings.filter((finding) => finding.severity === severity);
  if (shown.length === 0) return null;
  const isError = severity === 'error';
  return (
    <Alert
      {...(id ? { id } : {})}
      color={isError ? 'orange' : 'gray'}
      variant="light"
      p="sm"
      title={t(isError ? 'ready.errors' : 'ready.warnings')}
      // Orange on its own light shade has a contrast of 3.6 : 1, too little to be read.
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      icon={isError ? <IconAlertTriangle aria-hidden /> : <IconInfoCircle aria-hidden />}
    >
      <List size="sm" spacing={6} listStyleType="none">
        {shown.map(({ code, details }) => (
          <List.Item key={`${code} ${JSON.stringify(details)}`}>{t(`finding.${code}`, details)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
