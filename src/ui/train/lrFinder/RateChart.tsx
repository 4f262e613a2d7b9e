/** Loss against learning rate, each power of ten as wide as the next, with the proposal marked. */
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
import { useChartStyle } from '../../common/charts/useChartStyle.ts';
import { useFormat } from '../../common/useFormat.ts';

const TICKS = [1e-6, 1e-4, 1e-2, 1];

export interface RateChartProps {
  readonly points: readonly RatePoint[];
  readonly proposal: number | null;
}

export function RateChart({ points, proposal }: RateChartProps) {
  const { t } = useTranslation('fineTune');
  const format = useFormat();
  const { colors, words, axis, grid, tooltip } = useChartStyle();
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
          <CartesianGrid {...grid} />
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
            {...tooltip}
            formatter={(loss) => (typeof loss === 'number' ? format.number(loss, 3) : '')}
            labelFormatter={(value) => `${t('finder.rate')} ${rate(Number(value))}`}
          />
          {proposal !== null && (
            <ReferenceLine
              x={proposal}
              stroke={colors.second}
              strokeDasharray="4 3"
              label={{ value: t('finder.proposed'), position: 'top', ...words }}
            />
          )}
          <Line
            dataKey="loss"
            name={t('finder.loss')}
            stroke={colors.first}
            strokeWidth={2}
            dot={points.length < 2}
            isAnimationActive={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}
