/** Warnings in words: what to know before a run is trusted, and what to do when it learns by heart. */
import { Alert, List, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dataset } from '../../domain/dataset.ts';
import {
  accuracyMargin,
  isValidationSmall,
  MIN_TRAIN_PICTURES,
  type Overfitting,
  smallClasses,
} from '../../evaluation/warnings.ts';
import { countsOf, findingsOf } from '../../state/dataset/dataset.ts';
import { useFormat } from '../common/useFormat.ts';

/** More names help nobody. */
const MOST_NAMES = 6;

interface NoteProps {
  readonly title: string;
  /** `status`: it comes up meanwhile, and a screen reader says so. */
  readonly role: 'note' | 'status';
  readonly children: ReactNode;
}

function Note({ title, role, children }: NoteProps) {
  return (
    <Alert
      role={role}
      color="gray"
      variant="light"
      p="sm"
      title={title}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      icon={<IconInfoCircle aria-hidden />}
    >
      {children}
    </Alert>
  );
}

/** Small classes and a small validation set, unless the data set's findings have said it already. */
export function BeforeRunNotes({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const counts = countsOf(dataset);
  const unbalanced = findingsOf(dataset).find(({ code }) => code === 'unbalanced');
  const small = smallClasses(counts).filter(({ className }) => className !== unbalanced?.details.smallest);
  const validation = counts.reduce((sum, line) => sum + line.validation, 0);
  // That there are none at all is a finding of its own.
  const isRough = validation > 0 && isValidationSmall(validation);
  if (small.length === 0 && !isRough) return null;
  const named = small
    .slice(0, MOST_NAMES)
    .map(({ className, train }) => t('warnings.classAndCount', { name: className, count: train }));
  return (
    <Note role="note" title={t('warnings.fewPictures')}>
      <List size="sm" spacing={6} listStyleType="none">
        {small.length > 0 && (
          <List.Item style={{ overflowWrap: 'anywhere' }}>
            {t('warnings.smallClasses', {
              count: small.length,
              minimum: MIN_TRAIN_PICTURES,
              names: [...named, ...(small.length > MOST_NAMES ? ['…'] : [])].join(', '),
            })}
          </List.Item>
        )}
        {isRough && (
          <List.Item>
            {t('warnings.smallValidation', {
              count: validation,
              points: format.number(100 * accuracyMargin(validation)),
            })}
          </List.Item>
        )}
      </List>
    </Note>
  );
}

export interface OverfittingNoteProps {
  readonly overfitting: Overfitting | null;
  readonly bestEpoch: number | null;
}

/** What the marked part of the loss chart means, and what helps. */
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
