/** What exact arithmetic (float32) comes to, where the model was measured in 8-bit integers, and a way to know more. */
import { Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ExactCheck, Metrics } from '../../domain/metrics.ts';
import type { ModelRecord } from '../../domain/model.ts';
import { isSettled } from '../../evaluation/agreement.ts';
import { cancelFullCheck, checkAllPictures, fullCheckStore } from '../../state/training/exactCheck.ts';
import { lastRunStore } from '../../state/training/lastRun.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { ProgressBar } from '../common/progress/ProgressBar.tsx';
import { useFormat } from '../common/useFormat.ts';
import { useSelected } from '../common/useSelected.ts';
import { exactAccuracyInterval, isNoticeablyOther } from './summary.ts';

/** The rest of the pictures, as long as this tab knows which they are. */
function CheckAll({ modelId }: { readonly modelId: string }) {
  const { t } = useTranslation(['evaluate', 'train']);
  const review = useStore(lastRunStore, (state) => state.review);
  const running = useSelected(fullCheckStore, 'modelId', 'extract', 'error');
  if (review?.modelId !== modelId || review.quickAnswers.length === 0) return null;
  if (running.modelId === modelId)
    return (
      <Stack gap="xs">
        <ProgressBar
          label={t('train:progress.checking')}
          done={running.extract?.done ?? 0}
          total={running.extract?.total ?? 0}
        />
        <Button variant="default" onClick={cancelFullCheck} style={{ alignSelf: 'flex-start' }}>
          {t('train:cancel')}
        </Button>
      </Stack>
    );
  return (
    <>
      {running.error && <ErrorMessage error={running.error} />}
      <Button variant="default" onClick={() => void checkAllPictures()} style={{ alignSelf: 'flex-start' }}>
        {t('headline.checkAll', { count: review.quickAnswers.length })}
      </Button>
    </>
  );
}

function wordsOf({ checked, difference }: ExactCheck): 'exactUnknown' | 'exactSettled' | 'exactSoFar' {
  if (checked === 0) return 'exactUnknown';
  return isSettled(difference) ? 'exactSettled' : 'exactSoFar';
}

export interface ExactNoteProps {
  readonly model: ModelRecord;
  readonly metrics: Metrics;
}

export function ExactNote({ model, metrics }: ExactNoteProps) {
  const { t } = useTranslation('evaluate');
  const format = useFormat();
  const { exactMetrics, exactCheck } = model;
  const quick = format.percent(metrics.accuracy);
  if (exactMetrics)
    return isNoticeablyOther(metrics, exactMetrics) ? (
      <Text>{t('headline.exact', { quick, exact: format.percent(exactMetrics.accuracy) })}</Text>
    ) : null;
  if (!exactCheck) return null;
  const [low, high] = exactAccuracyInterval(metrics, exactCheck);
  const words = wordsOf(exactCheck);
  return (
    <>
      <Text data-testid="exact-check">
        {t(`headline.${words}`, {
          ...{ low: format.percent(low), high: format.percent(high) },
          ...{ checked: exactCheck.checked, total: exactCheck.total },
        })}
      </Text>
      {words !== 'exactSettled' && <CheckAll modelId={model.id} />}
    </>
  );
}
