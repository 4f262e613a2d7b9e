/** Choosing models that are to answer together, and how much each counts. */
import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Switch, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelRecord } from '../../domain/model.ts';
import { engineStore } from '../../state/engine/engine.ts';
import {
  cancelEnsemble,
  dismissEnsembleError,
  type EnsembleChoices,
  ensembleStore,
  makeEnsembleOf,
} from '../../state/models/ensembles.ts';
import { navigate } from '../../state/shell/navigation.ts';
import { notify } from '../../state/shell/notices.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { PrepareProgressBar } from '../common/progress/PrepareProgressBar.tsx';
import { ProgressBar } from '../common/progress/ProgressBar.tsx';
import { HELP_BELOW } from '../common/settings/settingFields.ts';
import { useFormat } from '../common/useFormat.ts';
import { useSelected } from '../common/useSelected.ts';

const WEIGHTINGS: readonly EnsembleChoices['weighting'][] = ['fitted', 'average'];

function Working() {
  const { t } = useTranslation(['models', 'app']);
  const extract = useStore(ensembleStore, (state) => state.extract);
  const preparing = useStore(engineStore, ({ status }) => status === 'preparing');
  return (
    <Stack gap="xs">
      {preparing ? (
        <PrepareProgressBar />
      ) : (
        <ProgressBar
          label={t('ensemble.working')}
          done={extract?.done ?? 0}
          total={extract?.total ?? 0}
          remainingMs={extract?.remainingMs ?? null}
        />
      )}
      <Button variant="default" size="xs" onClick={cancelEnsemble} style={{ alignSelf: 'flex-start' }}>
        {t('app:action.cancel')}
      </Button>
    </Stack>
  );
}

export interface EnsembleModalProps {
  readonly models: readonly ModelRecord[];
  readonly onClose: () => void;
}

export function EnsembleModal({ models, onClose }: EnsembleModalProps) {
  const { t } = useTranslation(['models', 'app']);
  const format = useFormat();
  const { isWorking, error } = useSelected(ensembleStore, 'isWorking', 'error');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [weighting, setWeighting] = useState<EnsembleChoices['weighting']>('fitted');
  const [flips, setFlips] = useState(false);
  const isOpen = useRef(true);
  useEffect(() => {
    isOpen.current = true;
    dismissEnsembleError();
    return () => {
      isOpen.current = false;
    };
  }, []);
  const toggle = (id: string, isOn: boolean) =>
    setChosen((before) => (isOn ? [...before, id] : before.filter((one) => one !== id)));
  const make = async () => {
    const id = await makeEnsembleOf(chosen, { weighting, flips });
    if (id === null) return;
    // Whoever has closed the window and gone elsewhere stays there.
    if (!isOpen.current) return void notify({ kind: 'success', messageKey: 'models:ensemble.made' });
    onClose();
    navigate('result', id);
  };
  const accuracyOf = ({ metrics }: ModelRecord) =>
    metrics.test
      ? t('card.accuracy', { fraction: format.percent(metrics.test.accuracy), count: metrics.test.count })
      : t('card.noTest');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('ensemble.title')}
      closeButtonProps={{ 'aria-label': t('app:action.close') }}
    >
      <Stack>
        <Text size="sm">{t('ensemble.help')}</Text>
        <Stack
          component="ul"
          gap="xs"
          m={0}
          p={0}
          style={{ listStyle: 'none' }}
          aria-label={t('ensemble.list')}
        >
          {models.map((model) => (
            <li key={model.id}>
              <Checkbox
                label={model.name}
                description={accuracyOf(model)}
                checked={chosen.includes(model.id)}
                onChange={({ currentTarget }) => toggle(model.id, currentTarget.checked)}
                styles={{ label: { overflowWrap: 'anywhere' } }}
              />
            </li>
          ))}
        </Stack>
        <NativeSelect
          label={t('ensemble.weighting.label')}
          description={t('ensemble.weighting.help')}
          inputWrapperOrder={HELP_BELOW}
          value={weighting}
          data={WEIGHTINGS.map((value) => ({ value, label: t(`ensemble.weighting.${value}`) }))}
          onChange={({ currentTarget }) =>
            setWeighting(WEIGHTINGS.find((one) => one === currentTarget.value) ?? 'fitted')
          }
        />
        <Switch
          label={t('ensemble.flips.label')}
          description={t('ensemble.flips.help')}
          checked={flips}
          onChange={({ currentTarget }) => setFlips(currentTarget.checked)}
        />
        {error && <ErrorMessage error={error} onClose={dismissEnsembleError} />}
        {isWorking && <Working />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('app:action.close')}
          </Button>
          <Button disabled={isWorking || chosen.length < (flips ? 1 : 2)} onClick={() => void make()}>
            {t('ensemble.make')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
