/** The keyboard in the grid: arrows walk, space picks, shift extends, Delete deletes, Ctrl+A takes all. */
import { type KeyboardEvent, useCallback } from 'react';
import type { PictureId } from '../../domain/dataset.ts';
import { deletePictures } from '../../state/dataset/dataset.ts';
import { type Direction, type GridRow, neighbour, rangeBetween } from './gridRows.ts';
import { clearSelection, selectionStore, selectOnly, selectRange, setActive } from './selection.ts';

const DIRECTIONS: Readonly<Record<string, Direction | undefined>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

/** @param goTo brings a picture on screen and gives it the focus */
export function useGridKeys(
  rows: readonly GridRow[],
  goTo: (target: { readonly id: PictureId; readonly rowIndex: number }) => void,
): (event: KeyboardEvent) => void {
  return useCallback(
    (event: KeyboardEvent) => {
      // The picture with the focus, not the one last walked to: nobody has walked yet when Tab comes to the grid.
      const tile = event.target instanceof Element ? event.target.closest('[data-picture-id]') : null;
      const active = tile?.getAttribute('data-picture-id') ?? null;
      if (active === null) return;
      const { anchor, selected } = selectionStore.getState();
      const direction = DIRECTIONS[event.key];
      if (direction) {
        event.preventDefault();
        const target = neighbour(rows, active, direction);
        if (!target) return;
        if (event.shiftKey) selectRange(rangeBetween(rows, anchor ?? active, target.id), target.id);
        else setActive(target.id);
        goTo(target);
      } else if (event.key === 'Delete' || event.key === 'Backspace') {
        event.preventDefault();
        deletePictures(selected.size > 0 ? [...selected] : [active]);
      } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        selectOnly(rows.flatMap((row) => (row.kind === 'pictures' ? row.pictures.map(({ id }) => id) : [])));
      } else if (event.key === 'Escape') clearSelection();
    },
    [rows, goTo],
  );
}
