/** How thorough a run shall be: the one choice most people make, above the big button. */
import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { changeTrainSettings, nextRunStore } from '../../state/training/nextRun.ts';
import { applyPreset, presetOf, TRAIN_PRESETS } from '../../state/training/presets.ts';
import { startingPointStore } from '../../state/training/startingPoint.ts';

export function PresetChoice() {
  const { t } = useTranslation('fineTune');
  const current = useStore(nextRunStore, ({ settings }) => presetOf(settings));
  // What has learned before learns on: a head alone is no choice over it.
  const isFromFineTuned = useStore(startingPointStore, ({ model }) => model !== null && model.cut !== null);
  return (
    <Radio.Group
      label={t('preset.label')}
      value={current}
      onChange={(value) => {
        const chosen = TRAIN_PRESETS.find((known) => known === value);
        if (chosen) changeTrainSettings(applyPreset(chosen));
      }}
    >
      <Stack gap="xs" mt="xs">
        {TRAIN_PRESETS.map((name) => (
          <Radio
            key={name}
            value={name}
            disabled={isFromFineTuned && name === 'head'}
            label={t(`preset.${name}.label`)}
            description={t(`preset.${name}.help`)}
          />
        ))}
        {/* Nobody can choose it: the panels below lead to it. */}
        {current === 'custom' && (
          <Radio value="custom" label={t('preset.custom.label')} description={t('preset.custom.help')} />
        )}
      </Stack>
    </Radio.Group>
  );
}
