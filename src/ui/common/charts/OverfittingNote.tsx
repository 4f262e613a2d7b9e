/** What the marked part of the loss chart means: when a network learns by heart, and what helps. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Overfitting } from '../../../evaluation/warnings.ts';
import { Note } from '../Note.tsx';

export interface OverfittingNoteProps {
  readonly overfitting: Overfitting | null;
  readonly bestEpoch: number | null;
}

export function OverfittingNote({ overfitting, bestEpoch }: OverfittingNoteProps) {
  const { t } = useTranslation('train');
  if (!overfitting) return null;
  return (
    <Note role="status" title={t('warnings.overfitting.title')}>
      <Text size="sm">
        {t('warnings.overfitting.what', { epoch: overfitting.startEpoch })}{' '}
        {bestEpoch !== null && bestEpoch > 0 && t('warnings.overfitting.kept', { epoch: bestEpoch })}{' '}
        {t('warnings.overfitting.help')}
      </Text>
    </Note>
  );
}
