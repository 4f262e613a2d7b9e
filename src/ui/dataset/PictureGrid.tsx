/** All classes and pictures in one virtual list: only the rows on screen exist, so 10,000 pictures scroll smoothly. */

import { Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClassId, Dataset, DatasetPicture, PictureId } from '../../domain/dataset.ts';
import { splitsOf } from '../../state/dataset/derived.ts';
import { useSelected } from '../common/useSelected.ts';
import { ClassHeader } from './ClassHeader.tsx';
import { type GridRow, rangeBetween, toGridRows } from './gridRows.ts';
import classes from './PictureGrid.module.css';
import { PictureTile } from './PictureTile.tsx';
import { keepSelected, selectionStore, selectRange, toggleSelected } from './selection.ts';
import { useGridKeys } from './useGridKeys.ts';

const TILE_PX = 112;
const GAP_PX = 8;
const HEADER_PX = 60;
const EMPTY_PX = 64;

export interface PictureGridProps {
  readonly dataset: Dataset;
  readonly overClass: ClassId | null;
  readonly onCamera: (className: string) => void;
}

export function PictureGrid({ dataset, overClass, onCamera }: PictureGridProps) {
  const { t } = useTranslation('dataset');
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const list = useRef<HTMLDivElement | null>(null);
  const { selected, active, collapsed } = useSelected(selectionStore, 'selected', 'active', 'collapsed');
  const [wantsFocus, setWantsFocus] = useState<PictureId | null>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const columns = Math.max(2, Math.floor((width + GAP_PX) / (TILE_PX + GAP_PX)));
  const tilePx = (width - GAP_PX * (columns - 1)) / columns;
  const rows = useMemo(() => toGridRows(dataset, columns, collapsed), [dataset, columns, collapsed]);
  const splits = useMemo(() => splitsOf(dataset), [dataset]);
  const firstPicture = rows.find((row) => row.kind === 'pictures')?.pictures[0]?.id ?? null;
  const tabStop = useMemo(
    () => (active !== null && splits.has(active) ? active : firstPicture),
    [active, splits, firstPicture],
  );

  // What stands above the list grows and shrinks (progress, messages): measured at every paint of this view.
  useLayoutEffect(() => {
    const top = list.current ? list.current.getBoundingClientRect().top + window.scrollY : 0;
    setScrollMargin(Math.round(top));
  });

  const heightOf = (row: GridRow | undefined) =>
    row?.kind === 'class' ? HEADER_PX : row?.kind === 'empty' ? EMPTY_PX : tilePx + GAP_PX;
  const virtualizer = useWindowVirtualizer({
    count: width > 0 ? rows.length : 0,
    estimateSize: (index) => heightOf(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 4,
    scrollMargin,
    scrollPaddingStart: 80,
    scrollPaddingEnd: 90,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights depend on these two.
  useEffect(() => virtualizer.measure(), [tilePx, rows, virtualizer]);

  useEffect(() => keepSelected(new Set(dataset.pictures.map(({ id }) => id))), [dataset]);

  const goTo = useCallback(
    ({ id, rowIndex }: { readonly id: PictureId; readonly rowIndex: number }) => {
      virtualizer.scrollToIndex(rowIndex);
      setWantsFocus(id);
    },
    [virtualizer],
  );
  const onKeyDown = useGridKeys(rows, goTo);
  const onPick = useCallback(
    (picture: DatasetPicture, withShift: boolean) => {
      setWantsFocus(null);
      const { anchor } = selectionStore.getState();
      if (withShift && anchor !== null) selectRange(rangeBetween(rows, anchor, picture.id), picture.id);
      else toggleSelected(picture.id);
    },
    [rows],
  );
  const idsOf = (classId: ClassId) =>
    dataset.pictures.filter((picture) => picture.classId === classId).map(({ id }) => id);

  return (
    <div ref={sizeRef}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the buttons inside, handled in one place. */}
      <div
        ref={list}
        className={classes.list}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          if (!row) return null;
          const style = { transform: `translateY(${start - scrollMargin}px)` };
          if (row.kind === 'class') {
            return (
              <div key={key} className={classes.row} style={style}>
                <ClassHeader
                  item={row.item}
                  count={row.count}
                  others={dataset.classes.filter(({ id }) => id !== row.item.id)}
                  isCollapsed={collapsed.has(row.item.id)}
                  isDropTarget={overClass === row.item.id}
                  pictureIds={() => idsOf(row.item.id)}
                  onCamera={onCamera}
                />
              </div>
            );
          }
          if (row.kind === 'empty') {
            return (
              <div key={key} className={classes.row} style={style} data-class-id={row.classId}>
                <Text c="dimmed" size="sm" className={classes.empty}>
                  {t('class.empty')}
                </Text>
              </div>
            );
          }
          return (
            <div
              key={key}
              className={classes.row}
              data-class-id={row.pictures[0]?.classId}
              style={{
                ...style,
                display: 'grid',
                gridTemplateColumns: `repeat(${columns}, 1fr)`,
                gap: GAP_PX,
              }}
            >
              {row.pictures.map((picture) => (
                <PictureTile
                  key={picture.id}
                  picture={picture}
                  split={splits.get(picture.id) ?? null}
                  isSelected={selected.has(picture.id)}
                  isActive={picture.id === tabStop}
                  wantsFocus={picture.id === wantsFocus}
                  onPick={onPick}
                />
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
