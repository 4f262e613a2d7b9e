/** Lets the whole page take a drop: nobody should have to aim. */
import { useEffect, useRef, useState } from 'react';
import type { ClassId } from '../../../domain/dataset.ts';
import { notifyError } from '../../../state/shell/notices.ts';
import { type DroppedFiles, filesOfDrop } from './droppedFiles.ts';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** The class whose card lies under the pointer, told by `data-class-id`. */
function classUnder(event: DragEvent): ClassId | null {
  const target = event.target instanceof Element ? event.target.closest('[data-class-id]') : null;
  return target?.getAttribute('data-class-id') ?? null;
}

export interface PageDrag {
  /** Files hover over the page. */
  readonly dragging: boolean;
  /** The class they hover over. */
  readonly overClass: ClassId | null;
}

/** @param onDrop called with every file of the drop, and the class it fell on */
export function usePageDrop(onDrop: (files: DroppedFiles, classId: ClassId | null) => void): PageDrag {
  const [drag, setDrag] = useState<PageDrag>({ dragging: false, overClass: null });
  const latest = useRef(onDrop);
  useEffect(() => {
    latest.current = onDrop;
  }, [onDrop]);

  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      const overClass = classUnder(event);
      setDrag((now) => (now.dragging && now.overClass === overClass ? now : { dragging: true, overClass }));
    };
    const leave = (event: DragEvent) => {
      // relatedTarget is null only when the pointer leaves the window.
      if (event.relatedTarget === null) setDrag({ dragging: false, overClass: null });
    };
    const drop = (event: DragEvent) => {
      setDrag({ dragging: false, overClass: null });
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      const classId = classUnder(event);
      filesOfDrop(event.dataTransfer).then((files) => latest.current(files, classId), notifyError);
    };
    window.addEventListener('dragenter', over);
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', over);
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);

  return drag;
}
