/** The formatters of `formatValue.ts` in the language that is on. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatCompact, formatDuration, formatNumber, formatPercent } from './formatValue.ts';

export function useFormat() {
  const { i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(
    () => ({
      language,
      bytes: (sizeBytes: number) => formatBytes(sizeBytes, language),
      duration: (elapsedMs: number) => formatDuration(elapsedMs, language),
      percent: (fraction: number, digits?: number) => formatPercent(fraction, language, digits),
      compact: (value: number) => formatCompact(value, language),
      number: (value: number, digits?: number) => formatNumber(value, language, digits),
      dateTime: (date: Date | string) =>
        new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(date)),
    }),
    [language],
  );
}
