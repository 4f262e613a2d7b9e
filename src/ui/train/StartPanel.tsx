/** Before a run: what will happen, what stands in the way, one big button, and the rest under "Advanced". */
import { Accordion, Anchor, Button, Loader, Stack } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { datasetStore, findingsOf } from '../../state/dataset.ts';
import { toHash } from '../../state/navigation.ts';
import { startTraining } from '../../state/training.ts';
import { Findings } from '../dataset/Findings.tsx';
import { AdvancedSettings } from './AdvancedSettings.tsx';
import { PlanSentence } from './PlanSentence.tsx';

export function StartPanel({ label }: { readonly label: string }) {
  const { t } = useTranslation('train');
  const id = useId();
  const { dataset, loading } = useStore(datasetStore);
  if (loading) return <Loader aria-label={t('loading')} />;
  const findings = findingsOf(dataset);
  const canTrain = findings.every(({ severity }) => severity !== 'error');
  return (
    <Stack gap="lg">
      {canTrain ? (
        <PlanSentence dataset={dataset} />
      ) : (
        <>
          <Findings findings={findings} severity="error" id={id} />
          <Anchor href={toHash('pictures')} fw={600} underline="always">
            {t('toPictures')}
          </Anchor>
        </>
      )}
      <Button
        size="xl"
        disabled={!canTrain}
        {...(canTrain ? {} : { 'aria-describedby': id })}
        onClick={() => void startTraining()}
        w={{ base: '100%', xs: 'auto' }}
        miw={240}
        style={{ alignSelf: 'flex-start' }}
      >
        {label}
      </Button>
      {canTrain && <Findings findings={findings} severity="warning" />}
      <Accordion variant="separated" order={2}>
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
