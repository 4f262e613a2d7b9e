/** Accuracy, loss and learning rate, drawn and as a table; used while training and again with the result. */

import { Group, SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core';
import { memo, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EpochMetrics } from '../../../domain/curve.ts';
import { findOverfitting } from '../../../evaluation/warnings.ts';
import { useFormat } from '../useFormat.ts';
import { CurveChart } from './CurveChart.tsx';
import { CurveTable } from './CurveTable.tsx';
import { isRateChanging, RATE_DIGITS, ratesOf } from './curveMarks.ts';
import { OverfittingNote } from './OverfittingNote.tsx';

export interface CurvesProps {
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
}

function TitledChart({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack gap={4}>
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** Drawn anew when the curve changes, not with every look of whoever shows it. */
export const Curves = memo(function Curves({ curve, bestEpoch }: CurvesProps) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const [asTable, setAsTable] = useState(false);
  /** What the person asked for; until then the rate is drawn where there is something to see. */
  const [rateWanted, setRateWanted] = useState<boolean | null>(null);
  const overfitting = useMemo(() => findOverfitting(curve), [curve]);
  if (curve.length === 0) return <Text c="dimmed">{t('chart.waiting')}</Text>;
  const hasRate = ratesOf(curve).length > 0;
  const showsRate = hasRate && (rateWanted ?? isRateChanging(curve));
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <TitledChart title={t('chart.accuracy')}>
          <CurveChart
            curve={curve}
            bestEpoch={bestEpoch}
            kind="accuracy"
            formatValue={(fraction) => format.percent(fraction, 0)}
          />
        </TitledChart>
        <TitledChart title={t('chart.loss')}>
          <CurveChart
            curve={curve}
            bestEpoch={bestEpoch}
            kind="loss"
            overfitting={overfitting}
            formatValue={(value) => format.number(value, value !== 0 && Math.abs(value) < 0.1 ? 4 : 2)}
          />
        </TitledChart>
        {showsRate && (
          <TitledChart title={t('chart.rateTitle')}>
            <CurveChart
              curve={curve}
              bestEpoch={bestEpoch}
              kind="learningRate"
              formatValue={(rate) => format.number(rate, RATE_DIGITS)}
            />
          </TitledChart>
        )}
      </SimpleGrid>
      <OverfittingNote overfitting={overfitting} bestEpoch={bestEpoch} />
      <Group gap="lg">
        {hasRate && (
          <Switch
            label={t('chart.showRate')}
            checked={showsRate}
            onChange={({ currentTarget }) => setRateWanted(currentTarget.checked)}
          />
        )}
        <Switch
          label={t('chart.asTable')}
          checked={asTable}
          onChange={({ currentTarget }) => setAsTable(currentTarget.checked)}
        />
      </Group>
      {asTable && <CurveTable curve={curve} bestEpoch={bestEpoch} />}
    </Stack>
  );
});
