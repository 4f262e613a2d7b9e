/** Pictures that are listed without their files: how many, in which class, and how they become whole again. */
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Dataset } from '../../domain/dataset.ts';
import { deletePictures } from '../../state/dataset/dataset.ts';
import { missingPicturesStore } from '../../state/dataset/pictureBlobs.ts';

export function MissingPictures({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation('dataset');
  const missing = useStore(missingPicturesStore, (state) => state.missing);
  const pictures = useMemo(
    () => (missing.size === 0 ? [] : dataset.pictures.filter(({ hash }) => missing.has(hash))),
    [dataset, missing],
  );
  if (pictures.length === 0) return null;
  const counts = dataset.classes.map(({ id, name }) => ({
    id,
    name,
    count: pictures.filter(({ classId }) => classId === id).length,
  }));
  return (
    <Alert
      color="yellow"
      variant="light"
      role="status"
      title={t('missing.title', { count: pictures.length })}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('missing.explanation')}</Text>
        <Text size="sm">
          {counts
            .filter(({ count }) => count > 0)
            .map(({ name, count }) => t('missing.class', { name, count }))
            .join(' · ')}
        </Text>
        <Button size="xs" variant="default" onClick={() => deletePictures(pictures.map(({ id }) => id))}>
          {t('missing.remove')}
        </Button>
      </Stack>
    </Alert>
  );
}
