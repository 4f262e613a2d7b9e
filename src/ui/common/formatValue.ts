/** Numbers as people read them, in their language, by Intl alone. Pure, so that workers' units never reach the eye. */

/** Making a formatter takes the browser far longer than using it, and an axis asks for dozens. */
const formatters = new Map<string, Intl.NumberFormat>();

function formatterFor(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const formatter = formatters.get(key) ?? new Intl.NumberFormat(language, options);
  formatters.set(key, formatter);
  return formatter;
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Bytes in steps of 1000, with at most one decimal: `51.2 MB`. */
export function formatBytes(sizeBytes: number, language: string): string {
  const step = Math.min(
    BYTE_UNITS.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, sizeBytes)) / 3)),
  );
  const value = sizeBytes / 1000 ** step;
  return formatterFor(language, {
    style: 'unit',
    unit: BYTE_UNITS[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}

function unit(value: number, name: string, language: string, digits = 0): string {
  return formatterFor(language, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);
}

/** A duration in its two largest units: `1 hr 5 min`, `42 sec`, `350 ms`. */
export function formatDuration(elapsedMs: number, language: string): string {
  const ms = Math.max(0, elapsedMs);
  if (ms < 1000) return unit(Math.round(ms), 'millisecond', language);
  if (ms < 10_000) return unit(ms / 1000, 'second', language, 1);
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return unit(seconds, 'second', language);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    const rest = seconds % 60;
    const head = unit(minutes, 'minute', language);
    return rest === 0 ? head : `${head} ${unit(rest, 'second', language)}`;
  }
  const head = unit(Math.floor(minutes / 60), 'hour', language);
  return minutes % 60 === 0 ? head : `${head} ${unit(minutes % 60, 'minute', language)}`;
}

/** A count that nobody reads digit by digit: `121M`, `1.2亿`. */
export function formatCompact(value: number, language: string): string {
  return formatterFor(language, { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}

/** A fraction 0–1 as percent with at most one decimal. */
export function formatPercent(fraction: number, language: string, digits = 1): string {
  return formatterFor(language, { style: 'percent', maximumFractionDigits: digits }).format(fraction);
}

/** A number with the separators of the language. */
export function formatNumber(value: number, language: string, digits = 0): string {
  return formatterFor(language, { maximumFractionDigits: digits }).format(value);
}
