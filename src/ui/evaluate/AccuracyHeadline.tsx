/** The one number first, then how sure it is, what guessing would get, and what is mixed up most. */
import { Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Metrics } from '../../domain/metrics.ts';
import { mostConfused } from '../../evaluation/confusion.ts';
import { useFormat } from '../common/useFormat.ts';
import { guessingAccuracy, rightCount } from './summary.ts';

export interface AccuracyHeadlineProps {
  readonly metrics: Metrics;
  /** What is known of the same pictures in float32, where these were computed in 8-bit integers. */
  readonly exactNote: ReactNode;
  readonly classNames: readonly string[];
  /** Of which pictures the metrics speak. */
  readonly split: 'test' | 'validation';
}

export function AccuracyHeadline({ metrics, exactNote, classNames, split }: AccuracyHeadlineProps) {
  const { t } = useTranslation('evaluate');
  const format = useFormat();
  const { accuracy, accuracyInterval, count } = metrics;
  const [low, high] = accuracyInterval;
  const [worst] = mostConfused(metrics, 1);
  return (
    <Paper withBorder p="lg" radius="md" bg="var(--hs-surface)">
      <Stack gap="xs">
        <Text component="p" m={0} fz={56} fw={800} lh={1} data-testid="accuracy">
          {format.percent(accuracy)}
        </Text>
        <Text size="lg" fw={600}>
          {t(`headline.${split}`, { right: rightCount(metrics), total: count })}
        </Text>
        <Text>
          {t('headline.interval', { low: format.percent(low, 0), high: format.percent(high, 0), count })}
        </Text>
        <Text>{t('headline.guessing', { fraction: format.percent(guessingAccuracy(metrics), 0) })}</Text>
        <Text>
          {worst
            ? t('headline.confused', {
                trueClass: classNames[worst.trueIndex] ?? '',
                predictedClass: classNames[worst.predictedIndex] ?? '',
                wrong: worst.count,
                total: Math.round(worst.count / worst.fraction),
              })
            : t('headline.noMistakes')}
        </Text>
        {exactNote}
        {split === 'validation' && <Text c="dimmed">{t('headline.validationOnly')}</Text>}
      </Stack>
    </Paper>
  );
}
