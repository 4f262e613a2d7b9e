/** Warnings in words: what to know before a run is trusted. */
import { List } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Dataset } from '../../domain/dataset.ts';
import {
  accuracyMargin,
  isValidationSmall,
  MIN_TRAIN_PICTURES,
  smallClasses,
} from '../../evaluation/warnings.ts';
import { countsOf, findingsOf } from '../../state/dataset/derived.ts';
import { Note } from '../common/Note.tsx';
import { useFormat } from '../common/useFormat.ts';

/** More names help nobody. */
const MOST_NAMES = 6;

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
