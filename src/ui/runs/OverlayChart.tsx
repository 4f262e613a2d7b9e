/** The curves of several runs over each other: training dashed, validation solid, a colour and a shape a run. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import {
  CartesianGrid,
  type DotItemDotProps,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { PlacedRun } from '../../state/runs/runs.ts';
import { useChartStyle } from '../common/charts/useChartStyle.ts';
import { type CurveKind, type CurveSplit, overlay } from './overlay.ts';
import { numberOf, styleOf, TRAINING_DASH } from './runStyles.ts';

export interface OverlayChartProps {
  readonly placed: readonly PlacedRun[];
  readonly kind: CurveKind;
  readonly splits: readonly CurveSplit[];
  /** Value to words, for the axis and on hover. */
  readonly formatValue: (value: number) => string;
}

export function OverlayChart({ placed, kind, splits, formatValue }: OverlayChartProps) {
  const { t } = useTranslation(['runs', 'train']);
  const { scheme, colors, words, axis, grid, tooltip } = useChartStyle();
  const { rows, curves, borders } = useMemo(() => overlay(placed, kind, splits), [placed, kind, splits]);
  return (
    <figure
      style={{ margin: 0 }}
      aria-label={t(kind === 'accuracy' ? 'chart.accuracyFigure' : 'chart.lossFigure', {
        numbers: placed.map(({ place }) => numberOf(place)).join(', '),
      })}
    >
      <ResponsiveContainer width="100%" height={280}>
        <LineChart data={[...rows]} margin={{ top: 18, right: 12, bottom: 4, left: 0 }}>
          <CartesianGrid {...grid} />
          <XAxis
            dataKey="epoch"
            type="number"
            domain={['dataMin', 'dataMax']}
            allowDecimals={false}
            minTickGap={16}
            {...axis}
          />
          <YAxis
            width={52}
            domain={kind === 'accuracy' ? [0, 1] : [0, 'auto']}
            tickFormatter={formatValue}
            {...axis}
          />
          <Tooltip
            {...tooltip}
            formatter={(value) => (typeof value === 'number' ? formatValue(value) : t('train:chart.none'))}
            labelFormatter={(epoch) => t('train:chart.epochNumber', { epoch: String(epoch) })}
          />
          {borders.map(({ place, epoch }) => (
            <ReferenceLine
              key={place}
              x={epoch}
              stroke={styleOf(place).color[scheme]}
              strokeDasharray="1 3"
              label={{ value: numberOf(place), position: 'top', ...words }}
            />
          ))}
          {curves.map(({ place, split, key, markedEpochs }) => {
            const { color, marker } = styleOf(place);
            return (
              <Line
                key={key}
                dataKey={key}
                name={t('chart.line', { number: numberOf(place), set: t(`train:chart.${split}`) })}
                stroke={color[scheme]}
                strokeWidth={split === 'training' ? 1.5 : 2.5}
                {...(split === 'training' ? { strokeDasharray: TRAINING_DASH } : {})}
                connectNulls
                isAnimationActive={false}
                activeDot={false}
                dot={({ key: dotKey, cx, cy, payload }: DotItemDotProps) =>
                  cx !== undefined && cy !== undefined && markedEpochs.has(Number(payload.epoch)) ? (
                    <path
                      key={dotKey}
                      d={marker}
                      transform={`translate(${cx},${cy})`}
                      fill={color[scheme]}
                      stroke={colors.paper}
                    />
                  ) : null
                }
              />
            );
          })}
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}
