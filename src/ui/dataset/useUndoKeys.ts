/** Ctrl+Z and its sisters for the whole view, except where text is being typed. */
import { useHotkeys } from '@mantine/hooks';
import { redo, undo } from '../../state/dataset/dataset.ts';

export function useUndoKeys(): void {
  // useHotkeys leaves inputs, text areas and selects alone by default.
  useHotkeys([
    ['mod+Z', undo],
    ['mod+shift+Z', redo],
    ['mod+Y', redo],
  ]);
}
