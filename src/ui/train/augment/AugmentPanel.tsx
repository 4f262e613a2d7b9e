/** Whether and how training pictures are augmented, with examples of what that does to them. */
import { Accordion, Button, Group, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DEFAULT_AUGMENTATION } from '../../../domain/augmentation.ts';
import { changeTrainSettings, nextRunStore } from '../../../state/training/nextRun.ts';
import { AugmentControls } from './AugmentControls.tsx';
import classes from './AugmentPreview.module.css';
import { AugmentPreview } from './AugmentPreview.tsx';
import { AUGMENT_PRESETS, augmentPreset, augmentPresetOf } from './augmentFields.ts';

export function AugmentPanel() {
  const { t } = useTranslation('augment');
  const augmentation = useStore(nextRunStore, ({ settings }) => settings.augmentation);
  const current = augmentPresetOf(augmentation);
  return (
    <Stack>
      <Switch
        label={t('switch.label')}
        description={t('switch.help')}
        checked={augmentation !== null}
        onChange={({ currentTarget }) =>
          changeTrainSettings({ augmentation: currentTarget.checked ? DEFAULT_AUGMENTATION : null })
        }
      />
      <Group gap="xs" role="group" aria-label={t('presets.label')}>
        {AUGMENT_PRESETS.map((name) => (
          <Button
            key={name}
            size="xs"
            variant={name === current ? 'filled' : 'default'}
            aria-pressed={name === current}
            onClick={() => changeTrainSettings({ augmentation: augmentPreset(name) })}
          >
            {t(`presets.${name}`)}
          </Button>
        ))}
      </Group>
      {augmentation && (
        <div className={classes.panel}>
          <AugmentPreview />
          <div className={classes.controls}>
            <AugmentControls
              settings={augmentation}
              onChange={(change) => changeTrainSettings({ augmentation: { ...augmentation, ...change } })}
            />
          </div>
        </div>
      )}
    </Stack>
  );
}

/** The panel as one line among the others that fold. */
export function AugmentItem() {
  const { t } = useTranslation('augment');
  return (
    <Accordion.Item value="augment">
      <Accordion.Control>{t('title')}</Accordion.Control>
      <Accordion.Panel>
        <AugmentPanel />
      </Accordion.Panel>
    </Accordion.Item>
  );
}
