/** Which pictures are picked, which one the keyboard is on, which classes are folded: matters of the view alone. */
import { createStore } from 'zustand/vanilla';
import type { ClassId, PictureId } from '../../domain/dataset.ts';

export interface Selection {
  readonly selected: ReadonlySet<PictureId>;
  /** Where a shift-click counts from. */
  readonly anchor: PictureId | null;
  /** The one picture that the Tab key reaches. */
  readonly active: PictureId | null;
  readonly collapsed: ReadonlySet<ClassId>;
}

export const selectionStore = createStore<Selection>(() => ({
  selected: new Set(),
  anchor: null,
  active: null,
  collapsed: new Set(),
}));

function toggled<T>(set: ReadonlySet<T>, value: T): Set<T> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}

export function toggleSelected(id: PictureId): void {
  selectionStore.setState(({ selected }) => ({ selected: toggled(selected, id), anchor: id, active: id }));
}

/** Adds a range to what is selected. */
export function selectRange(ids: readonly PictureId[], active: PictureId): void {
  selectionStore.setState(({ selected }) => ({ selected: new Set([...selected, ...ids]), active }));
}

export function selectOnly(ids: readonly PictureId[]): void {
  selectionStore.setState({ selected: new Set(ids) });
}

export function clearSelection(): void {
  selectionStore.setState({ selected: new Set(), anchor: null });
}

export function setActive(active: PictureId): void {
  selectionStore.setState({ active });
}

export function toggleCollapsed(id: ClassId): void {
  selectionStore.setState(({ collapsed }) => ({ collapsed: toggled(collapsed, id) }));
}

/** Forgets what no longer exists. */
export function keepSelected(existing: ReadonlySet<PictureId>): void {
  const { selected } = selectionStore.getState();
  const left = [...selected].filter((id) => existing.has(id));
  if (left.length < selected.size) selectionStore.setState({ selected: new Set(left) });
}
