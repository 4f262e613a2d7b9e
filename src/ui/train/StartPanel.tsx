/** Before a run: what will happen, what stands in the way, one big button, and the rest under "Advanced". */
import { Accordion, Anchor, Button, Loader, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { datasetStore } from '../../state/dataset/dataset.ts';
import { findingsOf } from '../../state/dataset/derived.ts';
import { intakeStore } from '../../state/dataset/intake.ts';
import { toHash } from '../../state/shell/navigation.ts';
import { lastRunStore, unsavedModel } from '../../state/training/lastRun.ts';
import { nextRunStore } from '../../state/training/nextRun.ts';
import { startTraining } from '../../state/training/training.ts';
import { Findings } from '../common/dataset/Findings.tsx';
import { IntakeStatus } from '../common/dataset/IntakeStatus.tsx';
import { AdvancedSettings } from './AdvancedSettings.tsx';
import { AugmentItem } from './augment/AugmentPanel.tsx';
import { BaselinePanel } from './baseline/BaselinePanel.tsx';
import { FineTuneCost } from './fineTune/FineTuneCost.tsx';
import { FineTuneItem } from './fineTune/FineTunePanel.tsx';
import { NetworkItem } from './network/NetworkPanel.tsx';
import { PlanSentence } from './PlanSentence.tsx';
import { PresetChoice } from './PresetChoice.tsx';
import { RecipeItem } from './recipes/RecipePanel.tsx';
import { StartingPoint } from './StartingPoint.tsx';
import { BeforeRunNotes } from './Warnings.tsx';

export function StartPanel({ label }: { readonly label: string }) {
  const { t } = useTranslation('train');
  const id = useId();
  const dataset = useStore(datasetStore, (state) => state.dataset);
  const loading = useStore(datasetStore, (state) => state.loading);
  const isReading = useStore(intakeStore, ({ phase }) => phase !== 'idle');
  const isFromScratch = useStore(nextRunStore, ({ settings }) => settings.fromScratch !== null);
  const isUnsaved = useStore(lastRunStore, (state) => unsavedModel(state) !== null);
  if (loading) return <Loader role="status" aria-label={t('loading')} />;
  const findings = findingsOf(dataset);
  const isTrainable = findings.every(({ severity }) => severity !== 'error');
  // A model of half the pictures is not what anyone meant, and one that waits to be saved must not make room.
  const canTrain = isTrainable && !isReading && !isUnsaved;
  return (
    <Stack gap="lg">
      {isReading && (
        <>
          <IntakeStatus />
          <Text id={`${id}-reading`}>{t('stillReading')}</Text>
        </>
      )}
      <StartingPoint />
      {isTrainable ? (
        <PlanSentence dataset={dataset} />
      ) : (
        <>
          <Findings findings={findings} severity="error" id={id} />
          <Anchor href={toHash('pictures')} fw={600} underline="always">
            {t('toPictures')}
          </Anchor>
        </>
      )}
      {isFromScratch ? <Text>{t('network.chosen')}</Text> : <PresetChoice />}
      {canTrain && <FineTuneCost />}
      <Button
        size="xl"
        disabled={!canTrain}
        {...(canTrain ? {} : { 'aria-describedby': isReading ? `${id}-reading` : id })}
        onClick={() => void startTraining()}
        w={{ base: '100%', xs: 'auto' }}
        miw={240}
        style={{ alignSelf: 'flex-start' }}
      >
        {label}
      </Button>
      {isTrainable && <Findings findings={findings} severity="warning" />}
      {isTrainable && <BeforeRunNotes dataset={dataset} />}
      {canTrain && !isFromScratch && <BaselinePanel />}
      <Accordion variant="separated" order={2} multiple>
        <RecipeItem />
        <NetworkItem />
        <AugmentItem />
        {!isFromScratch && <FineTuneItem />}
        <Accordion.Item value="advanced">
          <Accordion.Control>{t('advanced.title')}</Accordion.Control>
          <Accordion.Panel>
            <AdvancedSettings />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}
