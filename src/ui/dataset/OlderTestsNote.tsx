/** Says that tests of older models hold no more, where the pictures have been divided in another way since. */
import { List } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Dataset } from '../../domain/dataset.ts';
import { splitsOf } from '../../state/dataset/derived.ts';
import { loadModels, modelsStore } from '../../state/models/models.ts';
import { olderTestsOf } from '../../state/models/olderTests.ts';
import { Note } from '../common/Note.tsx';

/** More of them say nothing new. */
const MOST_NAMES = 3;

export function OlderTestsNote({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation('dataset');
  const models = useStore(modelsStore, (state) => state.models);
  useEffect(() => {
    if (modelsStore.getState().status === 'idle') void loadModels();
  }, []);
  const { seenBy, testCount, unknownCount } = useMemo(
    () => olderTestsOf(models, dataset, splitsOf(dataset)),
    [models, dataset],
  );
  if (seenBy.length === 0 && unknownCount === 0) return null;
  const more = seenBy.length - MOST_NAMES;
  return (
    <Note role="status" title={t('split.olderTests.title')}>
      <List size="sm" spacing={6} listStyleType="none" style={{ overflowWrap: 'anywhere' }}>
        {seenBy.slice(0, MOST_NAMES).map(({ id, name, count }) => (
          <List.Item key={id}>{t('split.olderTests.learned', { name, count, total: testCount })}</List.Item>
        ))}
        {more > 0 && <List.Item>{t('split.olderTests.more', { count: more })}</List.Item>}
        {unknownCount > 0 && <List.Item>{t('split.olderTests.unknown')}</List.Item>}
      </List>
    </Note>
  );
}
