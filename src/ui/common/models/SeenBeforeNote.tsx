/** Says which pictures take no part in the check of a model, since they had been seen before, and what that leaves. */
import { List } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { MIN_TEST_PICTURES } from '../../../domain/metrics.ts';
import type { SeenBefore } from '../../../domain/seenPictures.ts';
import { Note } from '../Note.tsx';

export interface SeenBeforeNoteProps {
  /** null: all is new, and there is nothing to say. */
  readonly seenBefore: SeenBefore | null;
  /** Pictures that are in the test all the same. */
  readonly testCount: number;
}

export function SeenBeforeNote({ seenBefore, testCount }: SeenBeforeNoteProps) {
  const { t } = useTranslation('models');
  if (!seenBefore) return null;
  const { test, validation, isValidationSeen, isUnknown } = seenBefore;
  const left = testCount === 0 ? t('seenBefore.noneLeft') : t('seenBefore.fewLeft', { count: testCount });
  const sentences = [
    ...(test > 0 ? [t('seenBefore.test', { count: test })] : []),
    ...(test > 0 && testCount < MIN_TEST_PICTURES ? [left] : []),
    ...(validation > 0 ? [t('seenBefore.validation', { count: validation })] : []),
    ...(isValidationSeen ? [t('seenBefore.validationSeen')] : []),
    ...(isUnknown ? [t('seenBefore.unknown')] : []),
  ];
  const isLeftOut = test > 0 || validation > 0;
  return (
    <Note role="note" title={t(isLeftOut ? 'seenBefore.title' : 'seenBefore.titleUnsure')}>
      <List size="sm" spacing={6} listStyleType="none">
        {sentences.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    </Note>
  );
}
