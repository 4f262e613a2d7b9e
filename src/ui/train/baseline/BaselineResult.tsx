/** The first answer in words and as a curve: how good already, how sure that is, and whether more photos would help. */
import { Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Baseline } from '../../../evaluation/learningCurve.ts';
import { useFormat } from '../../common/useFormat.ts';
import { LearningCurveChart } from './LearningCurveChart.tsx';
import { LearningCurveTable } from './LearningCurveTable.tsx';

function Headline({ answer }: { readonly answer: Baseline }) {
  const { t } = useTranslation('baseline');
  const format = useFormat();
  const { accuracy, accuracyInterval, checkedCount, checkedWith, trainCount, trainTotal } = answer;
  const [low, high] = accuracyInterval;
  return (
    <Stack gap={4}>
      <Text fz={36} fw={800} lh={1.1} data-testid="first-accuracy">
        {format.percent(accuracy)}
      </Text>
      <Text>
        {t(`headline.${checkedWith}`, { count: checkedCount })}{' '}
        {t('headline.interval', { low: format.percent(low, 0), high: format.percent(high, 0) })}
      </Text>
      <Text c="dimmed">{t('headline.explanation')}</Text>
      {trainTotal > trainCount && (
        <Text c="dimmed">{t('headline.some', { used: trainCount, total: trainTotal })}</Text>
      )}
    </Stack>
  );
}

function Verdict({ growth }: Pick<Baseline, 'growth'>) {
  const { t } = useTranslation('baseline');
  const format = useFormat();
  if (!growth) return <Text>{t('verdict.tooFew')}</Text>;
  const { fromCount, toCount, gain, standardError, verdict } = growth;
  const points = new Intl.NumberFormat(format.language, {
    ...{ maximumFractionDigits: 1, signDisplay: 'exceptZero' as const },
  }).format(gain * 100);
  return (
    <Stack gap={4}>
      <Text fw={600}>{t(`verdict.${verdict}`)}</Text>
      <Text>
        {t('verdict.reason', {
          ...{ from: fromCount, to: toCount, points },
          error: format.number(standardError * 100, 1),
        })}
      </Text>
    </Stack>
  );
}

export function BaselineResult({ answer }: { readonly answer: Baseline }) {
  const { t } = useTranslation('baseline');
  const [asTable, setAsTable] = useState(false);
  return (
    <Stack gap="md">
      <Headline answer={answer} />
      <Verdict growth={answer.growth} />
      {answer.points.length > 1 && (
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            {t('chart.title')}
          </Text>
          <LearningCurveChart points={answer.points} />
          <Text size="sm" c="dimmed">
            {t('chart.help')}
          </Text>
          <Switch
            mt={4}
            label={t('chart.asTable')}
            checked={asTable}
            onChange={({ currentTarget }) => setAsTable(currentTarget.checked)}
          />
          {asTable && <LearningCurveTable points={answer.points} />}
        </Stack>
      )}
    </Stack>
  );
}
