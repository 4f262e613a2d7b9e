/** How each place beside the others is told apart: a number, a shape, and a colour that colour-blind eyes tell too. */
import type { Scheme } from '../common/charts/useChartStyle.ts';

export interface RunStyle {
  /** All at least 3 : 1 on the page's background of their scheme. After Okabe & Ito, darkened or lightened for that. */
  readonly color: Readonly<Record<Scheme, string>>;
  /** SVG path of the marker around the origin, about 10 px wide. */
  readonly marker: string;
}

const FIRST: RunStyle = {
  color: { light: '#0068a3', dark: '#56b4e9' },
  marker: 'M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0Z',
};

/** By place, from 0. */
export const RUN_STYLES: readonly RunStyle[] = [
  FIRST,
  { color: { light: '#b34700', dark: '#f0973b' }, marker: 'M-4,-4H4V4H-4Z' },
  { color: { light: '#007a5a', dark: '#2fc79b' }, marker: 'M0,-5.5L5.5,4.5H-5.5Z' },
  { color: { light: '#a8357e', dark: '#e79cc4' }, marker: 'M0,-6L5.5,0L0,6L-5.5,0Z' },
  { color: { light: '#7a6200', dark: '#f0e442' }, marker: 'M0,5.5L5.5,-4.5H-5.5Z' },
  {
    color: { light: '#3c4542', dark: '#d5dbd9' },
    marker: 'M-1.8,-5.5H1.8V-1.8H5.5V1.8H1.8V5.5H-1.8V1.8H-5.5V-1.8H-1.8Z',
  },
];

export function styleOf(place: number): RunStyle {
  return RUN_STYLES[place] ?? FIRST;
}

/** What people call the run in its place. */
export function numberOf(place: number): string {
  return String(place + 1);
}

export const TRAINING_DASH = '5 4';
