/** Shading of a confusion matrix that stays readable at every fraction, in light and in dark. */
import { luminance, type Rgb } from '../common/colors.ts';

const PAPER: Record<'light' | 'dark', Rgb> = { light: [255, 255, 255], dark: [29, 38, 36] };
/** Sea green where it was right, orange where it was wrong; a frame tells them apart without colour. */
const INK: Record<'right' | 'wrong', Rgb> = { right: [11, 122, 104], wrong: [217, 72, 15] };

export interface CellColors {
  readonly background: string;
  readonly color: string;
}

/** Black or white text, whichever reads better: one of them always reaches 4.5 : 1. */
export function cellColors(fraction: number, isRight: boolean, scheme: 'light' | 'dark'): CellColors {
  const from = PAPER[scheme];
  const to = INK[isRight ? 'right' : 'wrong'];
  const amount = Math.min(1, Math.max(0, fraction));
  const mix = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * amount);
  const rgb: Rgb = [mix(0), mix(1), mix(2)];
  const light = luminance(rgb);
  const contrastBlack = (light + 0.05) / 0.05;
  const contrastWhite = 1.05 / (light + 0.05);
  return { background: `rgb(${rgb.join(' ')})`, color: contrastBlack >= contrastWhite ? '#000' : '#fff' };
}
