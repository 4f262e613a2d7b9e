/** What fine-tuning, or training from scratch, will cost, in short, beside the choice that asks for it; measures it as soon as that costs nothing. */

import { Button, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { tuningOf } from '../../../domain/trainSettings.ts';
import { datasetStore } from '../../../state/dataset/dataset.ts';
import { engineStore } from '../../../state/engine/engine.ts';
import { isUpFor } from '../../../state/engine/engineControl.ts';
import { fineTuneCostKey } from '../../../state/estimates/fineTuneCost.ts';
import {
  estimateFineTune,
  estimateIfReady,
  fineTuneEstimateStore,
} from '../../../state/estimates/fineTuneEstimate.ts';
import { nextRunStore } from '../../../state/training/nextRun.ts';
import { startingPointStore } from '../../../state/training/startingPoint.ts';
import { PrepareProgressBar } from '../../common/progress/PrepareProgressBar.tsx';
import { useFormat } from '../../common/useFormat.ts';
import { useSelected } from '../../common/useSelected.ts';
import { fineTuneDurationMs, fineTuneWarnings } from './fineTuneFields.ts';

/** Long enough to type a number to its end. */
const SETTLE_MS = 400;

export function FineTuneCost() {
  const { t } = useTranslation('fineTune');
  const format = useFormat();
  const { estimate, status } = useSelected(fineTuneEstimateStore, 'estimate', 'status');
  const settings = useStore(nextRunStore, (state) => state.settings);
  const start = useStore(startingPointStore, ({ model }) => model);
  const dataset = useStore(datasetStore, (state) => state.dataset);
  const costKey = fineTuneCostKey(settings, start);
  const tuning = tuningOf(settings);
  const isOn = tuning !== null;
  const isUp = useStore(engineStore, (state) => isUpFor(settings.fromScratch, state));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of them is what calls for a new estimate
  useEffect(() => {
    if (!isOn) return;
    const timer = setTimeout(estimateIfReady, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [isOn, costKey, dataset, isUp]);
  if (!tuning) return null;
  const isMeasuring = status === 'measuring';
  return (
    <Stack gap="xs">
      <Stack gap={2} role="status" aria-busy={isMeasuring}>
        {estimate && (
          <Text size="sm">
            {t(settings.fromScratch ? 'estimate.briefFromScratch' : 'estimate.brief', {
              parameters: format.number(estimate.trainableParameters),
              duration: format.duration(fineTuneDurationMs(estimate, tuning)),
              memory: format.bytes(estimate.memoryBytes),
            })}
          </Text>
        )}
        {estimate &&
          fineTuneWarnings(estimate, tuning).map((warning) => (
            <Text key={warning} size="sm" fw={600}>
              {t(`warning.${warning}`, { count: estimate.normPictures ?? 0 })}
            </Text>
          ))}
        {(isMeasuring || status === 'failed') && (
          <Text size="sm" c="dimmed">
            {t(`estimate.${status}`)}
          </Text>
        )}
        {!estimate && status === 'idle' && !isUp && (
          <Text size="sm" c="dimmed">
            {t(settings.fromScratch ? 'estimate.unknownFromScratch' : 'estimate.unknown')}
          </Text>
        )}
      </Stack>
      {isMeasuring && !isUp && <PrepareProgressBar />}
      {!isMeasuring && !isUp && (
        <Button
          variant="default"
          size="xs"
          onClick={() => void estimateFineTune()}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('estimate.measure')}
        </Button>
      )}
    </Stack>
  );
}
