/** Loss against learning rate, each power of ten as wide as the next, with the proposal marked. */
import { useComputedColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { HIGHEST_RATE, LOWEST_RATE, type RatePoint, smoothLosses } from '../../../evaluation/lrCurve.ts';
import { useFormat } from '../../common/useFormat.ts';

/** Text and line at least 4.5 : 1 on the page's background of their scheme. */
const COLORS = {
  light: { line: '#066455', mark: '#b34700', grid: '#e4e0d6', text: '#4a5450', paper: '#ffffff' },
  dark: { line: '#48b89f', mark: '#ffb84d', grid: '#36423f', text: '#b4bfbc', paper: '#1d2624' },
};
const TICKS = [1e-6, 1e-4, 1e-2, 1];

export interface RateChartProps {
  readonly points: readonly RatePoint[];
  readonly proposal: number | null;
}

export function RateChart({ points, proposal }: RateChartProps) {
  const { t } = useTranslation('tune');
  const format = useFormat();
  const colors = COLORS[useComputedColorScheme('light')];
  const words = { fill: colors.text, fontSize: 12 };
  const axis = { stroke: colors.text, tick: words };
  const rate = (value: number) => format.number(value, 7);
  const smoothed = smoothLosses(points.map(({ loss }) => loss));
  const data = points.map(({ learningRate }, i) => ({ learningRate, loss: smoothed[i] }));
  const range = { lowest: rate(LOWEST_RATE), highest: rate(points.at(-1)?.learningRate ?? LOWEST_RATE) };
  return (
    <figure
      style={{ margin: 0 }}
      aria-label={
        proposal === null
          ? t('finder.figure', range)
          : t('finder.figureProposed', { ...range, rate: rate(proposal) })
      }
    >
      <ResponsiveContainer width="100%" height={240}>
        <LineChart data={data} margin={{ top: 18, right: 16, bottom: 16, left: 0 }}>
          <CartesianGrid stroke={colors.grid} strokeDasharray="2 4" />
          <XAxis
            dataKey="learningRate"
            type="number"
            scale="log"
            domain={[LOWEST_RATE, HIGHEST_RATE]}
            ticks={TICKS}
            tickFormatter={rate}
            label={{ value: t('finder.rate'), position: 'insideBottom', offset: -10, ...words }}
            {...axis}
          />
          <YAxis width={52} domain={[0, 'auto']} tickFormatter={(loss) => format.number(loss, 2)} {...axis} />
          <Tooltip
            isAnimationActive={false}
            formatter={(loss) => (typeof loss === 'number' ? format.number(loss, 3) : '')}
            labelFormatter={(value) => `${t('finder.rate')} ${rate(Number(value))}`}
            contentStyle={{ background: colors.paper, borderColor: colors.grid, color: colors.text }}
          />
          {proposal !== null && (
            <ReferenceLine
              x={proposal}
              stroke={colors.mark}
              strokeDasharray="4 3"
              label={{ value: t('finder.proposed'), position: 'top', ...words }}
            />
          )}
          <Line
            dataKey="loss"
            name={t('finder.loss')}
            stroke={colors.line}
            strokeWidth={2}
            dot={points.length < 2}
            isAnimationActive={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}
