/** The pictures and what can be done with them. A file of its own, since a newcomer's first page has none to show. */
import { useTranslation } from 'react-i18next';
import type { ClassId, Dataset } from '../../domain/dataset.ts';
import classes from './DatasetView.module.css';
import { DuplicatesPanel } from './DuplicatesPanel.tsx';
import { GridToolbar } from './GridToolbar.tsx';
import { PictureGrid } from './PictureGrid.tsx';
import { ReadyPanel } from './ReadyPanel.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { SkippedPanel } from './SkippedPanel.tsx';
import { SplitPanel } from './SplitPanel.tsx';

export interface FilledDatasetProps {
  readonly dataset: Dataset;
  /** The class that files hover over. */
  readonly overClass: ClassId | null;
  readonly onCamera: (className: string) => void;
}

/** The grid with its tools, and beside it what the pictures are still missing. */
export function FilledDataset({ dataset, overClass, onCamera }: FilledDatasetProps) {
  const { t } = useTranslation('dataset');
  return (
    <div className={classes.columns}>
      <section className={classes.main} aria-label={t('grid.region')}>
        <GridToolbar />
        <PictureGrid dataset={dataset} overClass={overClass} onCamera={onCamera} />
        <SelectionBar dataset={dataset} />
      </section>
      <aside className={classes.aside} aria-label={t('aside')}>
        <ReadyPanel dataset={dataset} />
        <DuplicatesPanel dataset={dataset} />
        <SkippedPanel skipped={dataset.skipped} />
        <SplitPanel dataset={dataset} />
      </aside>
    </div>
  );
}
