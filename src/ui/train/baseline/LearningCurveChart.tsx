/** Accuracy against the number of pictures learned from. Doubling them is the same step everywhere. */
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
import { useChartStyle } from '../../common/charts/useChartStyle.ts';
import { useFormat } from '../../common/useFormat.ts';

export function LearningCurveChart({ points }: { readonly points: readonly LearningPoint[] }) {
  const { t } = useTranslation('baseline');
  const format = useFormat();
  const { colors, axis, grid, tooltip } = useChartStyle();
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
          <CartesianGrid {...grid} />
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
            {...tooltip}
            formatter={(value) => (typeof value === 'number' ? format.percent(value) : '')}
            labelFormatter={(count) => t('chart.pictures', { count: Number(count) })}
          />
          <Line
            dataKey="accuracy"
            name={t('chart.accuracy')}
            stroke={colors.first}
            strokeWidth={2}
            dot={{ r: 4, fill: colors.first }}
            isAnimationActive={false}
          >
            <ErrorBar
              dataKey="spread"
              width={6}
              strokeWidth={1.5}
              stroke={colors.first}
              direction="y"
              isAnimationActive={false}
            />
          </Line>
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}
