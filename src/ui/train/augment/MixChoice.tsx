/** Whether two pictures are mixed into one, how, and how evenly. */
import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AugmentSettings } from '../../../domain/augmentation.ts';
import { NumberSettingInput } from '../NumberSettingInput.tsx';
import { ALPHA_RANGE, MIXES, mixKindOf, mixSettings } from './augmentFields.ts';

export interface MixChoiceProps {
  readonly settings: AugmentSettings;
  readonly onChange: (change: Partial<AugmentSettings>) => void;
}

export function MixChoice({ settings, onChange }: MixChoiceProps) {
  const { t } = useTranslation('augment');
  const mix = mixKindOf(settings);
  return (
    <Stack gap="sm">
      <Radio.Group
        aria-label={t('groups.mix')}
        value={mix}
        onChange={(value) => {
          const chosen = MIXES.find((known) => known === value);
          if (chosen) onChange(mixSettings(chosen));
        }}
      >
        <Stack gap="xs">
          {MIXES.map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`mix.${value}.label`)}
              description={t(`mix.${value}.help`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {mix !== 'none' && (
        <NumberSettingInput
          field={ALPHA_RANGE}
          label={t('mix.alpha.label')}
          description={t('mix.alpha.help')}
          value={settings[mix]}
          onChange={(alpha) => onChange(mixSettings(mix, alpha))}
        />
      )}
    </Stack>
  );
}
