/** What training will see: one picture as it is and nine augmented views of it, made anew as the sliders move. */

import { Box, Button, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { datasetStore } from '../../../state/dataset/dataset.ts';
import {
  augmentPreviewStore,
  openAugmentPreview,
  PREVIEW_COUNT,
  PREVIEW_SIZE_PX,
  showAnotherPicture,
} from '../../../state/training/augmentPreview.ts';
import { ErrorSentence } from '../../common/ErrorSentence.tsx';
import { useSelected } from '../../common/useSelected.ts';
import classes from './AugmentPreview.module.css';
import { PixelCanvas } from './PixelCanvas.tsx';

const NUMBERS = Array.from({ length: PREVIEW_COUNT }, (_, index) => index + 1);

export function AugmentPreview() {
  const { t } = useTranslation('augment');
  const { picture, original, examples, isWorking, error } = useSelected(
    augmentPreviewStore,
    'picture',
    'original',
    'examples',
    'isWorking',
    'error',
  );
  const hasPictures = useStore(datasetStore, ({ dataset }) => dataset.pictures.length > 0);
  // Runs only while the panel is open: a folded one keeps its components, but none of their effects.
  useEffect(() => openAugmentPreview(), []);
  if (!hasPictures || (!picture && !isWorking && !error)) {
    return <Text className={classes.preview}>{t('preview.none')}</Text>;
  }
  const name = picture?.name ?? '';
  return (
    <Box className={classes.preview} role="group" aria-label={t('preview.label')} aria-busy={isWorking}>
      <div className={classes.grid}>
        <figure className={classes.original}>
          <PixelCanvas pixels={original} sizePx={PREVIEW_SIZE_PX} label={t('preview.original', { name })} />
          <figcaption>{t('preview.unchanged')}</figcaption>
        </figure>
        {NUMBERS.map((number) => (
          <PixelCanvas
            key={number}
            pixels={examples[number - 1] ?? null}
            sizePx={PREVIEW_SIZE_PX}
            label={t('preview.example', { number, name })}
          />
        ))}
        <div className={classes.about}>
          <Text size="sm" truncate title={name}>
            {name}
          </Text>
          <Button size="xs" variant="default" onClick={showAnotherPicture}>
            {t('preview.another')}
          </Button>
        </div>
      </div>
      {error && (
        <Text size="sm" role="alert">
          <ErrorSentence error={error} />
        </Text>
      )}
    </Box>
  );
}
