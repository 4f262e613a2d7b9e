/** Every setting of a run, each with a sentence: the plain word first, the field's term beside it. */
import { Button, NativeSelect, SimpleGrid, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../shared/training.ts';
import { changeTrainSettings, resetTrainSettings, trainingStore } from '../../state/training.ts';
import { NumberSettingInput } from './NumberSettingInput.tsx';
import { HELP_BELOW, NUMBER_FIELDS, PATIENCE_RANGE } from './settingFields.ts';

const CHOICES = {
  head: ['mlp', 'linear'],
  optimizer: ['adam', 'adamw', 'sgd', 'rmsprop'],
  schedule: ['constant', 'step', 'cosine', 'plateau', 'oneCycle'],
  classWeights: ['balanced', 'none'],
} as const satisfies { [K in keyof TrainSettings]?: readonly TrainSettings[K][] };

const PATIENCE_FIELD = { ...PATIENCE_RANGE, step: 1, integer: true };
const DEFAULT_PATIENCE = DEFAULT_TRAIN_SETTINGS.earlyStoppingPatience ?? PATIENCE_RANGE.min;

function ChoiceInput<K extends keyof typeof CHOICES>({ name }: { readonly name: K }) {
  const { t } = useTranslation('train');
  const value = useStore(trainingStore, ({ settings }) => settings[name]);
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

export function AdvancedSettings() {
  const { t } = useTranslation('train');
  const settings = useStore(trainingStore, (state) => state.settings);
  const patience = settings.earlyStoppingPatience;
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
            description={t(`advanced.${field.key}.help`)}
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
        <Stack gap="xs">
          <Switch
            mt="xs"
            label={t('advanced.earlyStopping.label')}
            description={t('advanced.earlyStopping.help')}
            checked={patience !== null}
            onChange={({ currentTarget }) =>
              changeTrainSettings({ earlyStoppingPatience: currentTarget.checked ? DEFAULT_PATIENCE : null })
            }
          />
          {patience !== null && (
            <NumberSettingInput
              field={PATIENCE_FIELD}
              label={t('advanced.patience.label')}
              description={t('advanced.patience.help')}
              value={patience}
              onChange={(value) => changeTrainSettings({ earlyStoppingPatience: value })}
            />
          )}
        </Stack>
      </SimpleGrid>
      <Button variant="default" onClick={resetTrainSettings} style={{ alignSelf: 'flex-start' }}>
        {t('advanced.reset')}
      </Button>
    </Stack>
  );
}
