/** One number of a run: what was typed stays visible while it is wrong, and only what is right reaches the store. */
import { NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HELP_BELOW, type NumberField, parseSetting } from '../common/settings/settingFields.ts';
import { useFormat } from '../common/useFormat.ts';

export interface NumberSettingInputProps {
  readonly field: Pick<NumberField, 'min' | 'max' | 'step' | 'integer'>;
  readonly label: string;
  readonly description?: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

export function NumberSettingInput({ field, label, description, value, onChange }: NumberSettingInputProps) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const [typed, setTyped] = useState<string | number>(value);
  useEffect(() => setTyped(value), [value]);
  const wrong = parseSetting(field, typed) === null;
  return (
    <NumberInput
      label={label}
      description={description}
      inputWrapperOrder={HELP_BELOW}
      value={typed}
      step={field.step}
      min={field.min}
      max={field.max}
      clampBehavior="none"
      allowDecimal={!field.integer}
      decimalScale={field.integer ? 0 : 7}
      error={
        wrong
          ? t(field.integer ? 'advanced.rangeWhole' : 'advanced.range', {
              min: format.number(field.min, 7),
              max: format.number(field.max, 7),
            })
          : null
      }
      onChange={(next) => {
        setTyped(next);
        const parsed = parseSetting(field, next);
        if (parsed !== null) onChange(parsed);
      }}
    />
  );
}
