/** The first step: pictures come in, are seen, sorted and put right. */

import { Group, Loader, Stack } from '@mantine/core';
import { lazy, Suspense, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ClassId } from '../../domain/dataset.ts';
import { datasetStore } from '../../state/dataset/dataset.ts';
import { intakeStore, takeFiles } from '../../state/dataset/intake.ts';
import { areLoose } from '../../state/dataset/looseFiles.ts';
import { takeSample } from '../../state/dataset/samples.ts';
import { createLoadable } from '../common/createLoadable.ts';
import { IntakeStatus } from '../common/dataset/IntakeStatus.tsx';
import type { DroppedFiles } from '../common/drop/droppedFiles.ts';
import { usePageDrop } from '../common/drop/usePageDrop.ts';
import { PageHeader } from '../common/PageHeader.tsx';
import { useSelected } from '../common/useSelected.ts';
import zoneClasses from './DropZone.module.css';
import { DropZone } from './DropZone.tsx';
import { KeepingAlert } from './KeepingAlert.tsx';
import { MissingPictures } from './MissingPictures.tsx';
import { SampleCredits } from './SampleCredits.tsx';
import { useUndoKeys } from './useUndoKeys.ts';

// What the first visit does not show comes when it is asked for.
const useFilledDataset = createLoadable(async () => (await import('./FilledDataset.tsx')).FilledDataset);
const SkippedPanel = lazy(async () => ({ default: (await import('./SkippedPanel.tsx')).SkippedPanel }));
const LooseFilesDialog = lazy(async () => ({
  default: (await import('./LooseFilesDialog.tsx')).LooseFilesDialog,
}));
const WebcamDialog = lazy(async () => ({ default: (await import('./WebcamDialog.tsx')).WebcamDialog }));

export function DatasetView() {
  const { t } = useTranslation(['dataset', 'app']);
  const { dataset, loading } = useSelected(datasetStore, 'dataset', 'loading');
  const [loose, setLoose] = useState<DroppedFiles | null>(null);
  const [cameraClass, setCameraClass] = useState<string | null>(null);
  useUndoKeys();

  const onFiles = useCallback(
    (files: DroppedFiles, classId: ClassId | null) => {
      const { entries, failed } = files;
      if (!areLoose(entries)) {
        void takeFiles(entries, { kind: 'folders', looseClassName: t('loose.unsorted') }, failed);
        return;
      }
      const target = datasetStore.getState().dataset.classes.find(({ id }) => id === classId);
      if (target) void takeFiles(entries, { kind: 'class', className: target.name, burstId: null }, failed);
      else setLoose(files);
    },
    [t],
  );
  const drag = usePageDrop(onFiles);
  const overClassName = dataset.classes.find(({ id }) => id === drag.overClass)?.name;
  const isEmpty = dataset.classes.length === 0 && dataset.pictures.length === 0;
  const isFilling = useStore(intakeStore, ({ phase }) => phase !== 'idle');
  const FilledDataset = useFilledDataset(isFilling || !isEmpty);

  if (loading) return <Loader role="status" aria-label={t('app:loading')} />;
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Stack gap="md">
        <KeepingAlert />
        <MissingPictures dataset={dataset} />
        <DropZone
          compact={!isEmpty}
          onFiles={(entries) => onFiles({ entries, failed: [] }, null)}
          onSample={() => void takeSample(t('loose.unsorted'))}
          onCamera={() => setCameraClass('')}
        />
        <IntakeStatus />
        {isEmpty ? (
          <Stack maw={560}>
            <Suspense>{dataset.skipped.length > 0 && <SkippedPanel skipped={dataset.skipped} />}</Suspense>
          </Stack>
        ) : FilledDataset ? (
          <FilledDataset dataset={dataset} overClass={drag.overClass} onCamera={setCameraClass} />
        ) : (
          <Loader role="status" aria-label={t('app:loading')} />
        )}
        <SampleCredits />
      </Stack>
      {drag.dragging && (
        <div className={zoneClasses.overlay} aria-hidden>
          <Group>{overClassName ? t('drop.overClass', { name: overClassName }) : t('drop.over')}</Group>
        </div>
      )}
      <Suspense>
        {loose && (
          <LooseFilesDialog
            count={loose.entries.length}
            classNames={dataset.classes.map(({ name }) => name)}
            onClose={() => setLoose(null)}
            onName={(className) => {
              setLoose(null);
              void takeFiles(loose.entries, { kind: 'class', className, burstId: null }, loose.failed);
            }}
          />
        )}
        {cameraClass !== null && (
          <WebcamDialog initialClass={cameraClass} onClose={() => setCameraClass(null)} />
        )}
      </Suspense>
    </>
  );
}
