/** The most probable classes as bars: label, percent, length. */

import { Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LabelProbability } from '../../domain/classification.ts';
import { useFormat } from '../common/useFormat.ts';

export function TopBars({ top }: { readonly top: readonly LabelProbability[] }) {
  const { t } = useTranslation('classify');
  const format = useFormat();
  return (
    <Stack component="ol" aria-label={t('guesses')} gap={6} m={0} p={0} style={{ listStyle: 'none' }}>
      {top.map(({ label, probability }, rank) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its rank, whatever stands in it.
        <li key={rank}>
          <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
            <Text size="sm" fw={rank === 0 ? 700 : 400} style={{ overflowWrap: 'anywhere' }}>
              {label}
            </Text>
            <Text
              size="sm"
              fw={rank === 0 ? 700 : 400}
              style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}
            >
              {format.percent(probability)}
            </Text>
          </Group>
          <Progress.Root aria-hidden size="sm">
            <Progress.Section
              value={probability * 100}
              color={rank === 0 ? 'sea' : 'sea.4'}
              withAria={false}
              style={{ transition: 'none' }}
            />
          </Progress.Root>
        </li>
      ))}
    </Stack>
  );
}
