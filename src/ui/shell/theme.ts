/** The look: a deep sea green of our own, warm paper in the light, and rounded headings. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const sea: MantineColorsTuple = [
  '#e6f8f4',
  '#d0eee7',
  '#a2dccf',
  '#70c9b5',
  '#48b89f',
  '#2aa78d',
  '#12937b',
  '#0b7a68',
  '#066455',
  '#034c41',
];

/** A night that keeps a trace of the green, dark enough for AA text on every step. */
const dark: MantineColorsTuple = [
  '#d5dbd9',
  '#b4bfbc',
  '#93a19d',
  '#66746f',
  '#46534f',
  '#36423f',
  '#27312f',
  '#1d2624',
  '#161d1c',
  '#101615',
];

const SANS =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

export const theme = createTheme({
  colors: { sea, dark },
  primaryColor: 'sea',
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'md',
  fontFamily: SANS,
  headings: {
    fontFamily: `ui-rounded, 'SF Pro Rounded', 'Hiragino Maru Gothic ProN', Quicksand, Nunito, ${SANS}`,
    fontWeight: '750',
    sizes: { h1: { fontSize: '1.75rem' }, h2: { fontSize: '1.25rem' }, h3: { fontSize: '1.05rem' } },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  autoContrast: true,
  components: {
    // The placeholder is a child that the role `menu` does not allow.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // Mantine makes a dialog's head a <header>, which would be a second banner of the page.
    Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
  },
});

/** Surfaces and quiet text; `--hs-surface` is a card on the page, `--hs-line` its edge. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--hs-amber': '#ffb84d' },
  light: {
    '--mantine-color-body': '#faf8f3',
    '--mantine-color-dimmed': '#5b6662',
    '--mantine-color-error': '#c02b2b',
    '--mantine-color-red-light-color': '#b42020',
    '--hs-danger': '#b42020',
    '--hs-surface': '#ffffff',
    '--hs-line': '#e4e0d6',
  },
  dark: {
    '--hs-danger': '#ff9a9a',
    '--mantine-color-body': '#121817',
    '--mantine-color-dimmed': '#9caaa6',
    '--mantine-color-sea-light-color': '#70c9b5',
    '--mantine-primary-color-light-color': '#70c9b5',
    '--hs-surface': '#1a2221',
    '--hs-line': '#2c3735',
  },
});
