/** Accuracy and loss, drawn and as a table; used while training and again with the result. */
import { SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EpochMetrics } from '../../shared/training.ts';
import { useFormat } from '../common/useFormat.ts';
import { CurveChart } from './CurveChart.tsx';
import { CurveTable } from './CurveTable.tsx';

export interface CurvesProps {
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
}

export function Curves({ curve, bestEpoch }: CurvesProps) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const [asTable, setAsTable] = useState(false);
  if (curve.length === 0) return <Text c="dimmed">{t('chart.waiting')}</Text>;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap={4}>
          <Title order={3} size="h5">
            {t('chart.accuracy')}
          </Title>
          <CurveChart
            curve={curve}
            bestEpoch={bestEpoch}
            kind="accuracy"
            formatValue={(share) => format.percent(share, 0)}
          />
        </Stack>
        <Stack gap={4}>
          <Title order={3} size="h5">
            {t('chart.loss')}
          </Title>
          <CurveChart
            curve={curve}
            bestEpoch={bestEpoch}
            kind="loss"
            formatValue={(value) => format.number(value, 2)}
          />
        </Stack>
      </SimpleGrid>
      <Switch
        label={t('chart.asTable')}
        checked={asTable}
        onChange={({ currentTarget }) => setAsTable(currentTarget.checked)}
      />
      {asTable && <CurveTable curve={curve} bestEpoch={bestEpoch} />}
    </Stack>
  );
}
