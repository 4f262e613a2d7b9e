/** What pressing the button will do, in plain words. */
import { Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Dataset } from '../../domain/dataset.ts';
import { splitsOf } from '../../state/dataset/derived.ts';
import { planTraining, withoutSeen } from '../../state/training/plan.ts';
import { startingPointStore } from '../../state/training/startingPoint.ts';
import { SeenBeforeNote } from '../common/models/SeenBeforeNote.tsx';
import { useFormat } from '../common/useFormat.ts';
import { useShownNetwork } from './network/useShownNetwork.ts';

export function PlanSentence({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const { isFresh: isFromScratch, msPerPicture } = useShownNetwork();
  const startSeen = useStore(startingPointStore, ({ model }) => model?.seen ?? null);
  const { plan, seenBefore } = useMemo(
    () => withoutSeen(planTraining(dataset, splitsOf(dataset)), startSeen),
    [dataset, startSeen],
  );
  const count = (split: string) => plan.examples.filter((example) => example.split === split).length;
  return (
    <Stack gap="xs">
      <Text size="lg">
        {t('plan.sentence', {
          classes: t('plan.classes', { count: plan.classNames.length }),
          pictures: t('plan.pictures', { count: plan.examples.length }),
          train: count('train'),
          validation: count('validation'),
          test: count('test'),
        })}
      </Text>
      <Text c="dimmed" style={{ overflowWrap: 'anywhere' }} lineClamp={3}>
        {t('plan.classesListed', { names: plan.classNames.join(', ') })}
      </Text>
      {/* From scratch nobody looks at them beforehand. */}
      <Text c="dimmed" hidden={isFromScratch}>
        {msPerPicture === null
          ? t('plan.timeUnknown')
          : t('plan.time', { duration: format.duration(msPerPicture * plan.examples.length) })}
      </Text>
      <SeenBeforeNote seenBefore={seenBefore} testCount={count('test')} />
    </Stack>
  );
}
