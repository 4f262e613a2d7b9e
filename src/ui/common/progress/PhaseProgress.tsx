/** The bar of the running phase: bytes, pictures or epochs, with the time that is left. */
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { engineStore } from '../../../state/engine/engine.ts';
import { fineTuneEstimateStore } from '../../../state/estimates/fineTuneEstimate.ts';
import { trainingStore } from '../../../state/training/training.ts';
import { fineTuneDurationMs } from '../../train/fineTune/fineTuneFields.ts';
import { useFormat } from '../useFormat.ts';
import { ProgressBar } from './ProgressBar.tsx';

/** What the engine does before it can compute; also shown by other views that have to wait for it. */
export function PrepareProgressBar() {
  const { t } = useTranslation(['train', 'settings']);
  const progress = useStore(engineStore, (state) => state.progress);
  if (progress?.stage === 'weights') {
    return (
      <ProgressBar
        label={t(progress.fromCache ? 'progress.weightsFromCache' : 'progress.weights')}
        done={progress.loadedBytes}
        total={progress.totalBytes}
        unit="bytes"
        remainingMs={progress.remainingMs}
      />
    );
  }
  if (progress?.stage === 'workers') {
    return <ProgressBar label={t('progress.workers')} done={progress.ready} total={progress.total} />;
  }
  const label = progress
    ? t('progress.backend', { backend: t(`settings:backend.${progress.testing}`) })
    : t('progress.starting');
  return <ProgressBar label={label} done={0} total={0} />;
}

/** Until the last epoch of all phases; null where the second one's fraction cannot be told. */
function useRemainingMs(): number | null {
  const { remainingMs, curve, lastSettings } = useStore(trainingStore);
  const estimate = useStore(fineTuneEstimateStore, (state) => state.estimate);
  const fineTune = lastSettings?.fineTune ?? null;
  const isYetToCome = fineTune !== null && !curve.some(({ phase }) => phase === 'fineTune');
  if (!isYetToCome || remainingMs === null) return remainingMs;
  return estimate && remainingMs + fineTuneDurationMs(estimate, fineTune);
}

const EXTRACT_WORDS = {
  extracting: 'progress.pictures',
  training: 'progress.frozen',
  checking: 'progress.checking',
} as const;

export function PhaseProgress() {
  const { t } = useTranslation(['train', 'app']);
  const format = useFormat();
  const { phase, extract, curve, epochFraction, plannedEpochs, paused } = useStore(trainingStore);
  const remainingWithTuning = useRemainingMs();
  const engineStatus = useStore(engineStore, ({ status }) => status);
  // A lost device sends a later phase back to getting the network ready.
  if (phase === 'preparing' || engineStatus === 'preparing') return <PrepareProgressBar />;
  const isBeforeTuning = phase === 'training' && extract !== null;
  if (phase === 'extracting' || phase === 'checking' || isBeforeTuning) {
    const facts = [
      paused ? t('pause.paused') : null,
      !paused && extract?.picturesPerSecond
        ? t('app:progress.rate', { rate: format.number(extract.picturesPerSecond, 1) })
        : null,
      phase === 'extracting' && extract?.reused ? t('progress.reused', { count: extract.reused }) : null,
    ].filter((fact) => fact !== null);
    return (
      <ProgressBar
        key={phase}
        label={t(EXTRACT_WORDS[phase])}
        done={extract?.done ?? 0}
        total={extract?.total ?? 0}
        rate={facts.length > 0 ? facts.join(' · ') : null}
        remainingMs={paused ? null : (extract?.remainingMs ?? null)}
      />
    );
  }
  if (phase === 'training') {
    return (
      <ProgressBar
        label={t('progress.epochs')}
        done={curve.length}
        part={epochFraction}
        total={plannedEpochs}
        rate={paused ? t('pause.paused') : null}
        remainingMs={paused ? null : remainingWithTuning}
      />
    );
  }
  return <ProgressBar label={t('progress.saving')} done={0} total={0} />;
}
