/** The bar of the running step: bytes, pictures or epochs, with the time that is left. */
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { engineStore } from '../../state/engine/engine.ts';
import { fineTuneEstimateStore } from '../../state/estimates/fineTuneEstimate.ts';
import type { TrainingRun } from '../../state/training/run.ts';
import { PrepareProgressBar } from '../common/progress/PrepareProgressBar.tsx';
import { ProgressBar } from '../common/progress/ProgressBar.tsx';
import { useFormat } from '../common/useFormat.ts';
import { fineTuneDurationMs } from './fineTune/fineTuneFields.ts';
import { useRun } from './useRun.ts';

const EXTRACT_WORDS = {
  extracting: 'progress.pictures',
  training: 'progress.frozen',
  checking: 'progress.checking',
} as const;

/** Pictures on their way through the network. */
function ExtractProgressBar({ step }: { readonly step: keyof typeof EXTRACT_WORDS }) {
  const { t } = useTranslation(['train', 'app']);
  const format = useFormat();
  const shown = useRun(({ extract, paused, finishing, settings }) => ({
    ...{ extract, paused, finishing },
    isFresh: Boolean(settings?.fromScratch),
  }));
  const { extract = null, paused = false } = shown ?? {};
  const words = extract?.isMeasuring
    ? 'progress.measuring'
    : step === 'training' && shown?.isFresh
      ? 'progress.decoding'
      : EXTRACT_WORDS[step];
  const isEnding = step === 'training' && shown?.finishing === true;
  const facts = [
    paused ? t('pause.paused') : null,
    !paused && extract?.picturesPerSecond
      ? t('app:progress.rate', { rate: format.number(extract.picturesPerSecond, 1) })
      : null,
    step === 'extracting' && extract?.reused ? t('progress.reused', { count: extract.reused }) : null,
  ].filter((fact) => fact !== null);
  return (
    <ProgressBar
      key={step}
      label={t(words)}
      done={extract?.done ?? 0}
      total={extract?.total ?? 0}
      rate={facts.length > 0 ? facts.join(' · ') : null}
      remainingMs={paused || isEnding ? null : (extract?.remainingMs ?? null)}
    />
  );
}

/** The settings of a second phase that has not begun. */
function fineTuneToCome({ settings, curve }: TrainingRun) {
  return curve.at(-1)?.phase === 'fineTune' ? null : (settings?.fineTune ?? null);
}

/** Until the last epoch of all phases; null where the second one's part cannot be told. */
function useRemainingMs(): number | null {
  // What is left of a run that is to end early cannot be told.
  const remainingMs = useRun((run) => (run.finishing ? null : run.remainingMs));
  const toCome = useRun(fineTuneToCome);
  const estimate = useStore(fineTuneEstimateStore, (state) => state.estimate);
  if (!toCome || remainingMs === null) return remainingMs;
  return estimate && remainingMs + fineTuneDurationMs(estimate, toCome);
}

function EpochProgressBar() {
  const { t } = useTranslation('train');
  const shown = useRun(({ curve, epochFraction, plannedEpochs, paused }) => ({
    done: curve.length,
    ...{ epochFraction, plannedEpochs, paused },
  }));
  const remainingMs = useRemainingMs();
  if (!shown) return null;
  return (
    <ProgressBar
      label={t('progress.epochs')}
      done={shown.done}
      part={shown.epochFraction}
      total={shown.plannedEpochs}
      rate={shown.paused ? t('pause.paused') : null}
      remainingMs={shown.paused ? null : remainingMs}
    />
  );
}

export function RunProgress() {
  const { t } = useTranslation('train');
  const step = useRun((run) => run.step);
  const isExtracting = useRun((run) => run.extract !== null);
  // Weights that somebody else has asked for are no matter of a run that goes on without them.
  const isStarting = useStore(engineStore, ({ status, report }) => status === 'preparing' && report === null);
  // A lost device sends a later step back to getting the network ready.
  if (step === 'preparing' || isStarting) return <PrepareProgressBar />;
  const isBeforeFineTuning = step === 'training' && isExtracting;
  if (step === 'extracting' || step === 'checking' || isBeforeFineTuning)
    return <ExtractProgressBar step={step} />;
  if (step === 'training') return <EpochProgressBar />;
  return <ProgressBar label={t('progress.saving')} done={0} total={0} />;
}
