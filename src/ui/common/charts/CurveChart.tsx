/** One live curve, training and validation. Dashes and dot shapes tell the lines apart without colour. */

import { useTranslation } from 'react-i18next';
import {
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { EpochMetrics } from '../../../domain/curve.ts';
import type { Overfitting } from '../../../evaluation/warnings.ts';
import { marksOf } from './curveMarks.ts';
import { thinOut } from './thinOut.ts';
import { useChartStyle } from './useChartStyle.ts';

/** Closer together nobody can tell them apart, and a page that draws thousands five times a second stands still. */
const MOST_POINTS = 200;

const KINDS = {
  accuracy: { validation: 'validationAccuracy', figure: 'chart.accuracyFigure', height: 240, axis: 52 },
  loss: { validation: 'validationLoss', figure: 'chart.lossFigure', height: 240, axis: 52 },
  // The smallest rate that can be set, 0.000001, wants more room.
  learningRate: { validation: null, figure: 'chart.rateFigure', height: 160, axis: 72 },
} as const;

export interface CurveChartProps {
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
  readonly kind: keyof typeof KINDS;
  /** Marked where it can be seen: in the loss. */
  readonly overfitting?: Overfitting | null;
  /** Value to words, for the axis and on hover. */
  readonly formatValue: (value: number) => string;
}

export function CurveChart({ curve, bestEpoch, kind, overfitting = null, formatValue }: CurveChartProps) {
  const { t } = useTranslation('train');
  const { colors, words, axis, grid, tooltip } = useChartStyle();
  const { validation, figure, height, axis: axisWidth } = KINDS[kind];
  const hasValidation = validation !== null && curve.some((epoch) => epoch[validation] !== null);
  const shown = thinOut(curve, bestEpoch, MOST_POINTS);
  const marks = marksOf(shown, kind === 'loss' ? overfitting : null);
  // Accuracy leaves room at the bottom, loss at the top.
  const edge = kind === 'accuracy' ? 'insideBottom' : 'insideTop';
  const line = { strokeWidth: 2, legendType: 'plainline', isAnimationActive: false } as const;
  const dot = shown.length < 2;
  return (
    <figure style={{ margin: 0 }} aria-label={t(figure, { epochs: curve.length })}>
      <ResponsiveContainer width="100%" height={height}>
        <LineChart data={[...shown]} margin={{ top: 18, right: 12, bottom: 4, left: 0 }}>
          <CartesianGrid {...grid} />
          <XAxis dataKey="epoch" allowDecimals={false} minTickGap={16} {...axis} />
          <YAxis
            width={axisWidth}
            domain={kind === 'accuracy' ? [0, 1] : [0, 'auto']}
            tickFormatter={formatValue}
            {...axis}
          />
          <Tooltip
            {...tooltip}
            formatter={(value) => (typeof value === 'number' ? formatValue(value) : t('chart.none'))}
            labelFormatter={(epoch) => t('chart.epochNumber', { epoch: String(epoch) })}
          />
          <Legend wrapperStyle={{ fontSize: 13 }} />
          {marks.overfitting && (
            <ReferenceArea
              x1={marks.overfitting.startEpoch}
              x2={marks.overfitting.endEpoch}
              fill={colors.second}
              fillOpacity={0.12}
              // Below the words of the border, should both come together.
              label={{ value: t('chart.overfitting'), position: 'insideTopRight', dy: 16, ...words }}
            />
          )}
          {bestEpoch !== null && bestEpoch > 0 && kind !== 'learningRate' && (
            <ReferenceLine
              x={bestEpoch}
              stroke={colors.text}
              strokeDasharray="1 3"
              label={{ value: t('chart.best'), position: 'top', ...words }}
            />
          )}
          {marks.border !== null && kind !== 'learningRate' && (
            <ReferenceLine
              x={marks.border}
              stroke={colors.text}
              label={{
                value: t('chart.fineTuning'),
                position: marks.isBorderLeft ? `${edge}Left` : `${edge}Right`,
                ...words,
              }}
            />
          )}
          <Line
            {...line}
            dataKey={kind}
            name={t(kind === 'learningRate' ? 'chart.rate' : 'chart.training')}
            stroke={colors.first}
            dot={dot}
          />
          {hasValidation && (
            <Line
              {...line}
              dataKey={validation}
              name={t('chart.validation')}
              stroke={colors.second}
              strokeDasharray="6 4"
              dot={dot}
            />
          )}
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}
