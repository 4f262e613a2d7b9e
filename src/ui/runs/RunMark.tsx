/** A run's number, shape and colour, wherever it is shown. */
import { Group, Text, useComputedColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { numberOf, styleOf } from './runStyles.ts';

export function RunMark({ place }: { readonly place: number }) {
  const { t } = useTranslation('runs');
  const { color, marker } = styleOf(place);
  const scheme = useComputedColorScheme('light');
  return (
    <Group
      component="span"
      gap={4}
      wrap="nowrap"
      display="inline-flex"
      role="img"
      aria-label={t('mark', { number: numberOf(place) })}
    >
      <svg width={14} height={14} viewBox="-7 -7 14 14" aria-hidden>
        <path d={marker} fill={color[scheme]} />
      </svg>
      <Text component="span" fw={700} size="sm" aria-hidden>
        {numberOf(place)}
      </Text>
    </Group>
  );
}
