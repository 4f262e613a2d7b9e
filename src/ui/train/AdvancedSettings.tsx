/** Every setting of a run, each with a sentence: the plain word first, the field's term beside it. */
import { Button, NativeSelect, SimpleGrid, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { changeTrainSettings, nextRunStore, resetTrainSettings } from '../../state/training/nextRun.ts';
import {
  CLIP_NORM_RANGE,
  effectiveBatch,
  HELP_BELOW,
  NUMBER_FIELDS,
  type NumberSetting,
  PATIENCE_RANGE,
  USUAL_CLIP_NORM,
} from '../common/settings/settingFields.ts';
import { LrFinder } from './lrFinder/LrFinder.tsx';
import { NumberSettingInput, type NumberSettingInputProps } from './NumberSettingInput.tsx';

const CHOICES = {
  head: ['mlp', 'linear'],
  optimizer: ['adam', 'adamw', 'sgd', 'rmsprop'],
  schedule: ['constant', 'step', 'cosine', 'plateau', 'oneCycle'],
  classWeights: ['balanced', 'none'],
} as const satisfies { [K in keyof TrainSettings]?: readonly TrainSettings[K][] };

const PATIENCE_FIELD = { ...PATIENCE_RANGE, step: 1, integer: true };
const CLIP_NORM_FIELD = { ...CLIP_NORM_RANGE, step: 0.1, integer: false };
const DEFAULT_PATIENCE = DEFAULT_TRAIN_SETTINGS.earlyStoppingPatience ?? PATIENCE_RANGE.min;

function ChoiceInput<K extends keyof typeof CHOICES>({ name }: { readonly name: K }) {
  const { t } = useTranslation('train');
  const value = useStore(nextRunStore, ({ settings }) => settings[name]);
  const choices: readonly string[] = CHOICES[name];
  // The keys of the choices are the settings' own values; words.test.ts and the list above keep them together.
  const word = (choice: string) => t(`advanced.${name}.${choice}` as 'advanced.head.mlp');
  return (
    <NativeSelect
      label={t(`advanced.${name as keyof typeof CHOICES}.label`)}
      description={t(`advanced.${name as keyof typeof CHOICES}.help`)}
      inputWrapperOrder={HELP_BELOW}
      value={value}
      data={choices.map((choice) => ({ value: choice, label: word(choice) }))}
      onChange={({ currentTarget }) => changeTrainSettings({ [name]: currentTarget.value })}
    />
  );
}

interface OptionalNumberProps {
  readonly words: 'earlyStopping' | 'clipping';
  readonly numberWords: 'patience' | 'clipNorm';
  readonly field: NumberSettingInputProps['field'];
  readonly value: number | null;
  /** Where it is switched on. */
  readonly usual: number;
  readonly onChange: (value: number | null) => void;
}

/** A switch, and once it is on, the number that belongs to it. */
function OptionalNumber({ words, numberWords, field, value, usual, onChange }: OptionalNumberProps) {
  const { t } = useTranslation('train');
  return (
    <Stack gap="xs">
      <Switch
        mt="xs"
        label={t(`advanced.${words}.label`)}
        description={t(`advanced.${words}.help`)}
        checked={value !== null}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? usual : null)}
      />
      {value !== null && (
        <NumberSettingInput
          field={field}
          label={t(`advanced.${numberWords}.label`)}
          description={t(`advanced.${numberWords}.help`)}
          value={value}
          onChange={onChange}
        />
      )}
    </Stack>
  );
}

export function AdvancedSettings() {
  const { t } = useTranslation('train');
  const settings = useStore(nextRunStore, (state) => state.settings);
  const helpOf = (key: NumberSetting) => {
    const help = t(`advanced.${key}.help`);
    if (key !== 'accumulationSteps') return help;
    return `${help} ${t('advanced.accumulationSteps.effective', { count: effectiveBatch(settings) })}`;
  };
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="md">
        <ChoiceInput name="head" />
        <ChoiceInput name="optimizer" />
        <ChoiceInput name="schedule" />
        {NUMBER_FIELDS.filter(({ appliesTo }) => appliesTo(settings)).map((field) => (
          <NumberSettingInput
            key={field.key}
            field={field}
            label={t(`advanced.${field.key}.label`)}
            description={helpOf(field.key)}
            value={settings[field.key]}
            onChange={(value) => changeTrainSettings({ [field.key]: value })}
          />
        ))}
        {settings.optimizer === 'sgd' && (
          <Switch
            mt="xs"
            label={t('advanced.nesterov.label')}
            description={t('advanced.nesterov.help')}
            checked={settings.nesterov}
            onChange={({ currentTarget }) => changeTrainSettings({ nesterov: currentTarget.checked })}
          />
        )}
        <ChoiceInput name="classWeights" />
        <OptionalNumber
          words="clipping"
          numberWords="clipNorm"
          field={CLIP_NORM_FIELD}
          value={settings.clipNorm}
          usual={USUAL_CLIP_NORM}
          onChange={(clipNorm) => changeTrainSettings({ clipNorm })}
        />
        <OptionalNumber
          words="earlyStopping"
          numberWords="patience"
          field={PATIENCE_FIELD}
          value={settings.earlyStoppingPatience}
          usual={DEFAULT_PATIENCE}
          onChange={(earlyStoppingPatience) => changeTrainSettings({ earlyStoppingPatience })}
        />
      </SimpleGrid>
      {/* It tries heads over features that are ready; from scratch there are none. */}
      {!settings.fromScratch && <LrFinder />}
      <Button variant="default" onClick={resetTrainSettings} style={{ alignSelf: 'flex-start' }}>
        {t('advanced.reset')}
      </Button>
    </Stack>
  );
}
