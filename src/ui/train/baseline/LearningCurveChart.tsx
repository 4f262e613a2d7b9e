/** Accuracy against the number of pictures learned from. Doubling them is the same step everywhere. */
import { useComputedColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  CartesianGrid,
  ErrorBar,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { LearningPoint } from '../../../evaluation/learningCurve.ts';
import { useFormat } from '../../common/useFormat.ts';

/** At least 4.5 : 1 on the card of their scheme. */
const COLORS = {
  light: { line: '#066455', grid: '#e4e0d6', text: '#4a5450', paper: '#ffffff' },
  dark: { line: '#48b89f', grid: '#36423f', text: '#b4bfbc', paper: '#1d2624' },
};

export function LearningCurveChart({ points }: { readonly points: readonly LearningPoint[] }) {
  const { t } = useTranslation('answer');
  const format = useFormat();
  const colors = COLORS[useComputedColorScheme('light')];
  const axis = { stroke: colors.text, tick: { fill: colors.text, fontSize: 12 } };
  // No bar leaves the axis: it would either stretch it beyond 100 % or, cut off, take half of a dot with it.
  const data = points.map(({ trainCount, accuracy, spread }) => ({
    ...{ trainCount, accuracy },
    spread: [Math.min(spread ?? 0, accuracy), Math.min(spread ?? 0, 1 - accuracy)],
  }));
  const counts = points.map(({ trainCount }) => trainCount);
  return (
    <figure style={{ margin: 0 }} aria-label={t('chart.figure', { count: points.length })}>
      <ResponsiveContainer width="100%" height={200}>
        <LineChart data={data} margin={{ top: 8, right: 20, bottom: 4, left: 0 }}>
          <CartesianGrid stroke={colors.grid} strokeDasharray="2 4" />
          <XAxis
            dataKey="trainCount"
            type="number"
            scale="log"
            // A single number would be a domain of no width.
            domain={counts.length > 1 ? ['dataMin', 'dataMax'] : [(counts[0] ?? 1) / 2, (counts[0] ?? 1) * 2]}
            ticks={counts}
            tickFormatter={(count: number) => format.number(count)}
            minTickGap={12}
            {...axis}
          />
          <YAxis
            width={52}
            domain={[0, 1]}
            tickFormatter={(fraction: number) => format.percent(fraction, 0)}
            {...axis}
          />
          <Tooltip
            isAnimationActive={false}
            formatter={(value) => (typeof value === 'number' ? format.percent(value) : '')}
            labelFormatter={(count) => t('chart.pictures', { count: Number(count) })}
            contentStyle={{ background: colors.paper, borderColor: colors.grid, color: colors.text }}
          />
          <Line
            dataKey="accuracy"
            name={t('chart.accuracy')}
            stroke={colors.line}
            strokeWidth={2}
            dot={{ r: 4, fill: colors.line }}
            isAnimationActive={false}
          >
            <ErrorBar
              dataKey="spread"
              width={6}
              strokeWidth={1.5}
              stroke={colors.line}
              direction="y"
              isAnimationActive={false}
            />
          </Line>
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}
