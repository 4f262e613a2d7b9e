import { describe, expect, it } from 'vitest';
import { MOST_COMPARED } from '../../state/runs/runs.ts';
import { CHART_COLORS } from '../common/charts/useChartStyle.ts';
import { luminance } from '../common/colors.ts';
import { RUN_STYLES } from './runStyles.ts';

function luminanceOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return luminance([red, green, blue]);
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe('the styles of runs side by side', () => {
  it('are one a place, no colour and no shape twice', () => {
    expect(RUN_STYLES).toHaveLength(MOST_COMPARED);
    for (const part of ['light', 'dark'] as const)
      expect(new Set(RUN_STYLES.map(({ color }) => color[part])).size).toBe(MOST_COMPARED);
    expect(new Set(RUN_STYLES.map(({ marker }) => marker)).size).toBe(MOST_COMPARED);
  });

  it.each([
    ['light', '#faf8f3'],
    ['dark', '#121817'],
  ] as const)('stand out from the page in %s', (scheme, page) => {
    for (const { color } of RUN_STYLES) {
      for (const paper of [page, CHART_COLORS[scheme].paper])
        expect(contrast(color[scheme], paper)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
