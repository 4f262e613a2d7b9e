/** The first step: pictures come in, are seen, sorted and put right. */
import { Alert, Group, Loader, Stack } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ClassId } from '../../domain/dataset.ts';
import { datasetStore } from '../../state/dataset/dataset.ts';
import { takeFiles } from '../../state/dataset/intake.ts';
import { storageHealthStore } from '../../state/dataset/pictureBlobs.ts';
import { takeSample } from '../../state/dataset/samples.ts';
import { IntakeStatus } from '../common/dataset/IntakeStatus.tsx';
import { areLoose, type DroppedFiles } from '../common/drop/droppedFiles.ts';
import { usePageDrop } from '../common/drop/usePageDrop.ts';
import { PageHeader } from '../common/PageHeader.tsx';
import classes from './DatasetView.module.css';
import zoneClasses from './DropZone.module.css';
import { DropZone } from './DropZone.tsx';
import { DuplicatesPanel } from './DuplicatesPanel.tsx';
import { GridToolbar } from './GridToolbar.tsx';
import { LooseFilesDialog } from './LooseFilesDialog.tsx';
import { PictureGrid } from './PictureGrid.tsx';
import { ReadyPanel } from './ReadyPanel.tsx';
import { SampleCredits } from './SampleCredits.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { SkippedPanel } from './SkippedPanel.tsx';
import { SplitPanel } from './SplitPanel.tsx';
import { useUndoKeys } from './useUndoKeys.ts';
import { WebcamDialog } from './WebcamDialog.tsx';

export function DatasetView() {
  const { t } = useTranslation(['dataset', 'app']);
  const { dataset, loading } = useStore(datasetStore);
  const memoryOnly = useStore(storageHealthStore, (state) => state.memoryOnly);
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

  if (loading) return <Loader role="status" aria-label={t('app:loading')} />;
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Stack gap="md">
        {memoryOnly && (
          <Alert color="yellow" variant="light">
            {t('storage.memoryOnly')}
          </Alert>
        )}
        <DropZone
          compact={!isEmpty}
          onFiles={(entries) => onFiles({ entries, failed: [] }, null)}
          onSample={() => void takeSample(t('loose.unsorted'))}
          onCamera={() => setCameraClass('')}
        />
        <IntakeStatus />
        {isEmpty ? (
          <Stack maw={560}>
            <SkippedPanel skipped={dataset.skipped} />
          </Stack>
        ) : (
          <div className={classes.columns}>
            <section className={classes.main} aria-label={t('grid.region')}>
              <GridToolbar />
              <PictureGrid dataset={dataset} overClass={drag.overClass} onCamera={setCameraClass} />
              <SelectionBar dataset={dataset} />
            </section>
            <aside className={classes.aside} aria-label={t('aside')}>
              <ReadyPanel dataset={dataset} />
              <DuplicatesPanel dataset={dataset} />
              <SkippedPanel skipped={dataset.skipped} />
              <SplitPanel dataset={dataset} />
            </aside>
          </div>
        )}
        <SampleCredits />
      </Stack>
      {drag.dragging && (
        <div className={zoneClasses.overlay} aria-hidden>
          <Group>{overClassName ? t('drop.overClass', { name: overClassName }) : t('drop.over')}</Group>
        </div>
      )}
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
    </>
  );
}
