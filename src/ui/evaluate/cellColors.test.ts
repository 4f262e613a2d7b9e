import { describe, expect, it } from 'vitest';
import { luminance } from '../common/colors.ts';
import { cellColors } from './cellColors.ts';

describe('cellColors', () => {
  it.each(['light', 'dark'] as const)('keeps 4.5 : 1 at every fraction in %s', (scheme) => {
    for (const isRight of [true, false]) {
      for (let percent = 0; percent <= 100; percent++) {
        const { background, color } = cellColors(percent / 100, isRight, scheme);
        const [red = 0, green = 0, blue = 0] = [...background.matchAll(/\d+/g)].map(Number);
        const paper = luminance([red, green, blue]) + 0.05;
        const text = (color === '#fff' ? 1 : 0) + 0.05;
        expect(Math.max(paper, text) / Math.min(paper, text)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('tells right from wrong', () => {
    expect(cellColors(1, true, 'light').background).not.toBe(cellColors(1, false, 'light').background);
  });
});
