/** An error in words: what happened, what to do, and the technical detail for those who want it. */
import { Alert, Button, Code, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../shared/errors.ts';

function technicalOf(error: AppError): string {
  const { cause } = error;
  const inner = cause instanceof Error ? (cause.stack ?? cause.message) : '';
  return [error.message, inner].filter(Boolean).join('\n');
}

export interface ErrorMessageProps {
  readonly error: AppError;
  readonly onRetry?: () => void;
  /** What the other try does, where it is not the same once more. */
  readonly retryLabel?: string;
  readonly onClose?: () => void;
}

export function ErrorMessage({ error, onRetry, retryLabel, onClose }: ErrorMessageProps) {
  const { t } = useTranslation(['errors', 'app']);
  // Another try would ask the host for the same file, which it has no more.
  const isOld = error.code === 'partMissing';
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={t(`errors:${error.code}.title`, error.details)}
      {...(onClose ? { withCloseButton: true, onClose, closeButtonLabel: t('app:action.close') } : {})}
    >
      <Text size="sm">{t(`errors:${error.code}.action`, error.details)}</Text>
      {isOld ? (
        <Button size="xs" mt="xs" variant="default" onClick={() => location.reload()}>
          {t('app:action.reload')}
        </Button>
      ) : (
        onRetry && (
          <Button size="xs" mt="xs" variant="default" onClick={onRetry}>
            {retryLabel ?? t('app:action.retry')}
          </Button>
        )
      )}
      <Text component="details" size="xs" mt="xs">
        <summary>{t('app:error.technical')}</summary>
        <Code block mt={4}>
          {technicalOf(error)}
        </Code>
      </Text>
    </Alert>
  );
}
