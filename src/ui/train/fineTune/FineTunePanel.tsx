/** Whether the network itself learns after the head, how much of it, and what that will cost. */
import { Accordion, NativeSelect, SimpleGrid, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DEFAULT_FINE_TUNE } from '../../../domain/trainSettings.ts';
import { changeTrainSettings, nextRunStore } from '../../../state/training/nextRun.ts';
import { startingPointStore } from '../../../state/training/startingPoint.ts';
import { HELP_BELOW } from '../../common/settings/settingFields.ts';
import { NumberSettingInput } from '../NumberSettingInput.tsx';
import { FineTuneEstimateLine } from './FineTuneEstimateLine.tsx';
import { FINE_TUNE_FIELDS, STAGE_CHOICES } from './fineTuneFields.ts';

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
