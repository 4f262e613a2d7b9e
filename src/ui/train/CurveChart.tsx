/** One live curve, training and validation. Dashes and dot shapes tell the lines apart without colour. */
import { useComputedColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { EpochMetrics } from '../../shared/training.ts';
import { thinOut } from './thinOut.ts';

/** Closer together nobody can tell them apart, and a page that draws thousands five times a second stands still. */
const MOST_POINTS = 200;

/** Both at least 4.5 : 1 on the page's background of their scheme. */
const COLORS = {
  light: { training: '#066455', validation: '#b34700', grid: '#e4e0d6', text: '#4a5450', paper: '#ffffff' },
  dark: { training: '#48b89f', validation: '#ffb84d', grid: '#36423f', text: '#b4bfbc', paper: '#1d2624' },
};

export interface CurveChartProps {
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
  readonly kind: 'accuracy' | 'loss';
  /** Value to words, for the axis and on hover. */
  readonly formatValue: (value: number) => string;
}

export function CurveChart({ curve, bestEpoch, kind, formatValue }: CurveChartProps) {
  const { t } = useTranslation('train');
  const colors = COLORS[useComputedColorScheme('light')];
  const validationKey = kind === 'accuracy' ? 'validationAccuracy' : 'validationLoss';
  const hasValidation = curve.some((epoch) => epoch[validationKey] !== null);
  const axis = { stroke: colors.text, tick: { fill: colors.text, fontSize: 12 } };
  return (
    <figure
      style={{ margin: 0 }}
      aria-label={t(kind === 'accuracy' ? 'chart.accuracyFigure' : 'chart.lossFigure', {
        epochs: curve.length,
      })}
    >
      <ResponsiveContainer width="100%" height={240}>
        <LineChart
          data={[...thinOut(curve, bestEpoch, MOST_POINTS)]}
          margin={{ top: 18, right: 12, bottom: 4, left: 0 }}
        >
          <CartesianGrid stroke={colors.grid} strokeDasharray="2 4" />
          <XAxis dataKey="epoch" allowDecimals={false} minTickGap={16} {...axis} />
          <YAxis
            width={52}
            domain={kind === 'accuracy' ? [0, 1] : [0, 'auto']}
            tickFormatter={formatValue}
            {...axis}
          />
          <Tooltip
            isAnimationActive={false}
            formatter={(value) => (typeof value === 'number' ? formatValue(value) : t('chart.none'))}
            labelFormatter={(epoch) => t('chart.epochNumber', { epoch: String(epoch) })}
            contentStyle={{ background: colors.paper, borderColor: colors.grid, color: colors.text }}
          />
          <Legend wrapperStyle={{ fontSize: 13 }} />
          {bestEpoch !== null && (
            <ReferenceLine
              x={bestEpoch}
              stroke={colors.text}
              strokeDasharray="1 3"
              label={{ value: t('chart.best'), position: 'top', fill: colors.text, fontSize: 12 }}
            />
          )}
          <Line
            dataKey={kind}
            name={t('chart.training')}
            stroke={colors.training}
            strokeWidth={2}
            legendType="plainline"
            dot={curve.length < 2}
            isAnimationActive={false}
          />
          {hasValidation && (
            <Line
              dataKey={validationKey}
              name={t('chart.validation')}
              stroke={colors.validation}
              strokeWidth={2}
              legendType="plainline"
              strokeDasharray="6 4"
              dot={curve.length < 2}
              isAnimationActive={false}
            />
          )}
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}
