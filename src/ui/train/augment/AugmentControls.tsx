/** Each kind of augmentation with its strength, in groups. */
import { SimpleGrid, Stack, Switch, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { AugmentSettings } from '../../../domain/augmentation.ts';
import { NumberSettingInput } from '../NumberSettingInput.tsx';
import { AUGMENT_GROUPS, type AugmentField, VIEWS_RANGE } from './augmentFields.ts';
import { MixChoice } from './MixChoice.tsx';
import { StrengthSlider } from './StrengthSlider.tsx';

interface ControlsProps {
  readonly settings: AugmentSettings;
  readonly onChange: (change: Partial<AugmentSettings>) => void;
}

function FieldGroup({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <Stack gap="sm" role="group" aria-labelledby={id}>
      <Title order={3} size="h4" id={id}>
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function FieldInput({ field, settings, onChange }: ControlsProps & { readonly field: AugmentField }) {
  const { t } = useTranslation('augment');
  if (field.kind === 'strength') {
    return (
      <StrengthSlider
        field={field}
        value={settings[field.key]}
        onChange={(value) => onChange({ [field.key]: value })}
      />
    );
  }
  return (
    <Switch
      label={t(`fields.${field.key}.label`)}
      description={t(`fields.${field.key}.help`)}
      checked={settings[field.key]}
      onChange={({ currentTarget }) => onChange({ [field.key]: currentTarget.checked })}
    />
  );
}

export function AugmentControls({ settings, onChange }: ControlsProps) {
  const { t } = useTranslation('augment');
  return (
    <Stack gap="lg">
      <NumberSettingInput
        field={VIEWS_RANGE}
        label={t('views.label')}
        description={t('views.help')}
        value={settings.views}
        onChange={(views) => onChange({ views })}
      />
      {AUGMENT_GROUPS.map(({ group, fields }) => (
        <FieldGroup key={group} title={t(`groups.${group}`)}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="md">
            {fields.map((field) => (
              <FieldInput key={field.key} field={field} settings={settings} onChange={onChange} />
            ))}
          </SimpleGrid>
        </FieldGroup>
      ))}
      <FieldGroup title={t('groups.mix')}>
        <MixChoice settings={settings} onChange={onChange} />
      </FieldGroup>
    </Stack>
  );
}
