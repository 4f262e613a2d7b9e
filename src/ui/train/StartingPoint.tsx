/** The model that training goes on from, what of it stays, and the way back to a fresh start. */
import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconPlayerTrackNext } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { datasetStore } from '../../state/dataset/dataset.ts';
import {
  clearStartingPoint,
  compareClasses,
  startingPointStore,
} from '../../state/training/startingPoint.ts';

const PARTS = ['kept', 'fresh', 'dropped'] as const;

export function StartingPoint() {
  const { t, i18n } = useTranslation('runs');
  const model = useStore(startingPointStore, (state) => state.model);
  const classes = useStore(datasetStore, ({ dataset }) => dataset.classes);
  if (!model) return null;
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const change = compareClasses(
    model.classNames,
    classes.map(({ name }) => name),
  );
  return (
    <Alert
      variant="light"
      icon={<IconPlayerTrackNext aria-hidden />}
      title={t('start.title', { name: model.name })}
      styles={{ title: { overflowWrap: 'anywhere' } }}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t(`start.shape.${model.shape.head}`, { units: model.shape.hiddenUnits })}</Text>
        {model.cut && <Text size="sm">{t('start.fineTuned')}</Text>}
        {classes.length > 0 &&
          PARTS.filter((part) => change[part].length > 0).map((part) => (
            <Text key={part} size="sm" lineClamp={4} style={{ overflowWrap: 'anywhere' }}>
              {t(`start.${part}`, { names: list.format(change[part]) })}
            </Text>
          ))}
        <Button variant="default" size="xs" onClick={clearStartingPoint}>
          {t('start.clear')}
        </Button>
      </Stack>
    </Alert>
  );
}
