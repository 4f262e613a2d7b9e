/** Whether the network itself learns after the head, how much of it, and what that will cost. */
import { Accordion, NativeSelect, SimpleGrid, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DEFAULT_FINE_TUNE, type FineTuneSettings } from '../../../domain/trainSettings.ts';
import { changeTrainSettings, nextRunStore } from '../../../state/training/nextRun.ts';
import { startingPointStore } from '../../../state/training/startingPoint.ts';
import { HELP_BELOW } from '../../common/settings/settingFields.ts';
import { NumberSettingInput } from '../NumberSettingInput.tsx';
import { FineTuneEstimateLine } from './FineTuneEstimateLine.tsx';
import { FINE_TUNE_FIELDS, NORM_CHOICES, STAGE_CHOICES } from './fineTuneFields.ts';

export function FineTunePanel() {
  const { t } = useTranslation('fineTune');
  const fineTune = useStore(nextRunStore, ({ settings }) => settings.fineTune);
  const isFromFineTuned = useStore(startingPointStore, ({ model }) => model !== null && model.cut !== null);
  return (
    <Stack>
      <Switch
        label={t('switch.label')}
        description={t('switch.help')}
        checked={fineTune !== null}
        disabled={isFromFineTuned && fineTune !== null}
        onChange={({ currentTarget }) =>
          changeTrainSettings({ fineTune: currentTarget.checked ? DEFAULT_FINE_TUNE : null })
        }
      />
      {fineTune && (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="md">
            <NativeSelect
              label={t('stages.label')}
              description={t('stages.help')}
              inputWrapperOrder={HELP_BELOW}
              value={String(fineTune.stages)}
              data={STAGE_CHOICES.map((value) => ({ value: String(value), label: t(`stages.${value}`) }))}
              onChange={({ currentTarget }) => {
                const stages = STAGE_CHOICES.find((known) => String(known) === currentTarget.value);
                if (stages) changeTrainSettings({ fineTune: { ...fineTune, stages } });
              }}
            />
            <NormChoice fineTune={fineTune} />
            {FINE_TUNE_FIELDS.map((field) => (
              <NumberSettingInput
                key={field.key}
                field={field}
                label={t(`fields.${field.key}.label`)}
                description={t(`fields.${field.key}.help`)}
                value={fineTune[field.key]}
                onChange={(value) => changeTrainSettings({ fineTune: { ...fineTune, [field.key]: value } })}
              />
            ))}
          </SimpleGrid>
          <FineTuneEstimateLine settings={fineTune} />
        </>
      )}
    </Stack>
  );
}

function NormChoice({ fineTune }: { readonly fineTune: FineTuneSettings }) {
  const { t } = useTranslation('fineTune');
  return (
    <NativeSelect
      label={t('norms.label')}
      description={t('norms.help')}
      inputWrapperOrder={HELP_BELOW}
      value={fineTune.norms ?? 'frozen'}
      data={NORM_CHOICES.map((value) => ({ value, label: t(`norms.${value}`) }))}
      onChange={({ currentTarget }) => {
        const { norms: _, ...others } = fineTune;
        const learns = currentTarget.value === 'learning';
        changeTrainSettings({ fineTune: learns ? { ...others, norms: 'learning' } : others });
      }}
    />
  );
}

/** The panel as one line among the others that fold. */
export function FineTuneItem() {
  const { t } = useTranslation('fineTune');
  return (
    <Accordion.Item value="tune">
      <Accordion.Control>{t('title')}</Accordion.Control>
      <Accordion.Panel>
        <FineTunePanel />
      </Accordion.Panel>
    </Accordion.Item>
  );
}
