/** What a model's file is to be: for which program, how small, and what goes along. */
import { Button, Group, Modal, NativeSelect, Radio, Stack, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelRecord } from '../../../domain/model.ts';
import { PRECISIONS } from '../../../domain/modelExport.ts';
import {
  DEFAULT_CHOICES,
  EXPORT_FORMATS,
  type ExportChoices,
  exportKeptModel,
} from '../../../state/models/models.ts';
import { HELP_BELOW } from '../settings/settingFields.ts';

/** What was chosen last, as long as the page is open: whoever downloads several wants them alike. */
let lastChoices = DEFAULT_CHOICES;

export interface DownloadModalProps {
  readonly model: ModelRecord;
  readonly onClose: () => void;
}

export function DownloadModal({ model, onClose }: DownloadModalProps) {
  const { t, i18n } = useTranslation(['models', 'app']);
  const list = new Intl.ListFormat(i18n.language, { type: 'unit' });
  const [choices, setChoices] = useState<ExportChoices>(lastChoices);
  const change = (part: Partial<ExportChoices>) => setChoices((before) => ({ ...before, ...part }));
  const format = EXPORT_FORMATS.find(({ id }) => id === choices.format) ?? EXPORT_FORMATS[0];
  const precisions = PRECISIONS.filter((one) => format?.precisions.includes(one));
  const precision = precisions.includes(choices.precision) ? choices.precision : 'float32';
  const start = () => {
    lastChoices = { ...choices, precision };
    onClose();
    // What several models have voted for has no softmax at its end.
    const output = model.ensemble ? 'probabilities' : choices.output;
    void exportKeptModel(model.id, { ...lastChoices, output });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('download.title')}
      closeButtonProps={{ 'aria-label': t('app:action.close') }}
    >
      <Stack>
        <Radio.Group
          label={t('download.format.label')}
          value={choices.format}
          onChange={(id) => change({ format: id })}
        >
          <Stack gap="xs" mt="xs">
            {EXPORT_FORMATS.map(({ id, title, opensIn }) => (
              <Radio
                key={id}
                value={id}
                label={title}
                description={t('download.format.opensIn', { programs: list.format(opensIn) })}
              />
            ))}
          </Stack>
        </Radio.Group>
        <NativeSelect
          label={t('download.precision.label')}
          description={t('download.precision.help')}
          inputWrapperOrder={HELP_BELOW}
          value={precision}
          data={precisions.map((value) => ({ value, label: t(`download.precision.${value}`) }))}
          onChange={({ currentTarget }) =>
            change({ precision: PRECISIONS.find((one) => one === currentTarget.value) ?? 'float32' })
          }
        />
        {!model.ensemble && (
          <Switch
            label={t('download.logits.label')}
            description={t('download.logits.help')}
            checked={choices.output === 'logits'}
            onChange={({ currentTarget }) =>
              change({ output: currentTarget.checked ? 'logits' : 'probabilities' })
            }
          />
        )}
        <Switch
          label={t('download.pictures.label')}
          description={t('download.pictures.help')}
          checked={choices.hasOwnPictures}
          onChange={({ currentTarget }) => change({ hasOwnPictures: currentTarget.checked })}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('app:action.cancel')}
          </Button>
          <Button onClick={start}>{t('download.start')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
