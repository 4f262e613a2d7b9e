/** How strongly pictures are augmented in one way: a slider with its value in words, off at its left end. */
import { Group, Slider, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../common/useFormat.ts';
import type { StrengthField } from './augmentFields.ts';

export interface StrengthSliderProps {
  readonly field: StrengthField;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

export function StrengthSlider({ field: { key, unit, max, step }, value, onChange }: StrengthSliderProps) {
  const { t } = useTranslation('augment');
  const format = useFormat();
  const helpId = useId();
  const label = t(`fields.${key}.label`);
  const words = (strength: number) => {
    if (strength === 0) return t('value.off');
    const isCount = unit === 'degrees' || unit === 'pixels';
    return t(`value.${unit}`, { value: isCount ? format.number(strength) : format.percent(strength, 0) });
  };
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        {/* The thumb has the label as its name; read out twice it would only be in the way. */}
        <Text size="sm" fw={500} aria-hidden>
          {label}
        </Text>
        <Text
          size="sm"
          {...(value === 0 ? { c: 'dimmed' } : {})}
          ta="end"
          style={{ whiteSpace: 'nowrap' }}
          aria-hidden
        >
          {words(value)}
        </Text>
      </Group>
      <Slider
        my={6}
        label={null}
        min={0}
        max={max}
        step={step}
        value={value}
        thumbLabel={label}
        thumbValueText={words}
        thumbProps={{ 'aria-describedby': helpId }}
        onChange={onChange}
      />
      <Text id={helpId} size="xs" c="dimmed">
        {t(`fields.${key}.help`)}
      </Text>
    </div>
  );
}
