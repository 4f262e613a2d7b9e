/** What all charts have in common: colours of the scheme, axes, grid and the box that opens on hover. */
import { useComputedColorScheme } from '@mantine/core';

export type Scheme = 'light' | 'dark';

/** Lines and words at least 4.5 : 1 on the page's background of their scheme. */
export const CHART_COLORS = {
  light: { first: '#066455', second: '#b34700', grid: '#e4e0d6', text: '#4a5450', paper: '#ffffff' },
  dark: { first: '#48b89f', second: '#ffb84d', grid: '#36423f', text: '#b4bfbc', paper: '#1d2624' },
} as const satisfies Readonly<Record<Scheme, object>>;

/** Props to spread over the parts of a chart. */
export function useChartStyle() {
  const scheme: Scheme = useComputedColorScheme('light');
  const colors = CHART_COLORS[scheme];
  const words = { fill: colors.text, fontSize: 12 };
  return {
    scheme,
    colors,
    words,
    axis: { stroke: colors.text, tick: words },
    grid: { stroke: colors.grid, strokeDasharray: '2 4' },
    tooltip: {
      isAnimationActive: false,
      contentStyle: { background: colors.paper, borderColor: colors.grid, color: colors.text },
    },
  };
}
