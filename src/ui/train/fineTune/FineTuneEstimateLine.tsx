/** What fine-tuning will cost on this machine, in full, and a word of warning where that is much. */

import { Alert, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FineTuneSettings } from '../../../domain/trainSettings.ts';
import type { FineTuneCostEstimate } from '../../../state/estimates/fineTuneCost.ts';
import { fineTuneEstimateStore } from '../../../state/estimates/fineTuneEstimate.ts';
import { useFormat } from '../../common/useFormat.ts';
import { useSelected } from '../../common/useSelected.ts';
import { fineTuneDurationMs, fineTuneWarnings } from './fineTuneFields.ts';

/** What becomes of what the frozen part sees. */
function cacheWords({ fitsCache, isAugmented }: FineTuneCostEstimate) {
  if (!fitsCache) return 'estimate.notCached';
  return isAugmented ? 'estimate.augmented' : 'estimate.cached';
}

/** The start panel measures, and tells a screen reader: this only shows. */
export function FineTuneEstimateLine({ settings }: { readonly settings: FineTuneSettings }) {
  const { t } = useTranslation('fineTune');
  const format = useFormat();
  const { estimate, status } = useSelected(fineTuneEstimateStore, 'estimate', 'status');
  return (
    <Stack gap="xs">
      <Stack gap={2} aria-busy={status === 'measuring'}>
        {estimate && (
          <>
            <Text size="sm">
              {t('estimate.parameters', { parameters: format.number(estimate.trainableParameters) })}
            </Text>
            <Text size="sm">
              {t('estimate.timeAndMemory', {
                duration: format.duration(fineTuneDurationMs(estimate, settings)),
                memory: format.bytes(estimate.memoryBytes),
              })}
            </Text>
            <Text size="sm">{t(cacheWords(estimate), { size: format.bytes(estimate.cacheBytes) })}</Text>
          </>
        )}
        {(status === 'measuring' || status === 'failed') && (
          <Text size="sm" c="dimmed">
            {t(`estimate.${status}`)}
          </Text>
        )}
      </Stack>
      {estimate &&
        fineTuneWarnings(estimate, settings).map((warning) => (
          <Alert key={warning} role="note" color="yellow" variant="light">
            {t(`warning.${warning}`, { count: estimate.normPictures ?? 0 })}
          </Alert>
        ))}
    </Stack>
  );
}
