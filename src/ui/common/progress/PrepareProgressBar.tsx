/** What the engine does before it can compute; shown by every view that has to wait for it. */
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { engineStore } from '../../../state/engine/engine.ts';
import { ProgressBar } from './ProgressBar.tsx';

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
