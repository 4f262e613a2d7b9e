/** Progress as a person wants it: how much is done, how fast it goes, how long it still takes. */
import { Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../useFormat.ts';

export interface ProgressBarProps {
  /** Name of what is going on; also the bar's accessible name. */
  readonly label: string;
  readonly done: number;
  /** Of the one that is under way, 0–1: moves the bar, and is not counted. */
  readonly part?: number;
  /** 0: not known yet; the bar then only moves. */
  readonly total: number;
  /** `bytes` writes both numbers as sizes. */
  readonly unit?: 'count' | 'bytes';
  /** Already in words, for example "12 pictures per second". */
  readonly rate?: string | null;
  readonly remainingMs?: number | null;
}

export function ProgressBar({
  label,
  done,
  part = 0,
  total,
  unit = 'count',
  rate,
  remainingMs,
}: ProgressBarProps) {
  const { t } = useTranslation('app');
  const format = useFormat();
  const fraction = total > 0 ? Math.min(1, (done + part) / total) : 0;
  const count =
    unit === 'bytes'
      ? `${format.bytes(done)} / ${format.bytes(total)}`
      : t('progress.count', { done, total });
  const remaining =
    remainingMs === null || remainingMs === undefined
      ? null
      : t('progress.remaining', {
          duration: remainingMs < 1000 ? t('progress.lessThanASecond') : format.duration(remainingMs),
        });
  const facts = [total > 0 ? count : null, rate ?? null, remaining].filter((fact) => fact !== null);
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {label}
        </Text>
        <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {facts.join(' · ')}
        </Text>
      </Group>
      <Progress.Root size="lg" radius="xl">
        <Progress.Section
          value={total > 0 ? fraction * 100 : 100}
          animated={total <= 0}
          striped={total <= 0}
          // Mantine's own would read the fraction out with all its decimals, and would not let the facts in.
          withAria={false}
          role="progressbar"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={100}
          {...(total > 0 ? { 'aria-valuenow': Math.round(fraction * 100) } : {})}
          {...(facts.length > 0 ? { 'aria-valuetext': facts.join(', ') } : {})}
        />
      </Progress.Root>
    </Stack>
  );
}
