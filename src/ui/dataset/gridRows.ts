/** The data set as rows of equal kind, which is what a virtual list can scroll through. Pure, so it can be tested. */
import type { ClassId, Dataset, DatasetClass, DatasetPicture, PictureId } from '../../domain/dataset.ts';

export type GridRow =
  | { readonly kind: 'class'; readonly key: string; readonly item: DatasetClass; readonly count: number }
  | { readonly kind: 'pictures'; readonly key: string; readonly pictures: readonly DatasetPicture[] }
  | { readonly kind: 'empty'; readonly key: string; readonly classId: ClassId };

/** Pictures by class, in the data set's order. */
export function picturesByClass(dataset: Dataset): Map<ClassId, DatasetPicture[]> {
  const groups = new Map<ClassId, DatasetPicture[]>(dataset.classes.map(({ id }) => [id, []]));
  for (const picture of dataset.pictures) groups.get(picture.classId)?.push(picture);
  return groups;
}

/** A header for each class, then its pictures in rows of `columns` unless it is collapsed. */
export function toGridRows(dataset: Dataset, columns: number, collapsed: ReadonlySet<ClassId>): GridRow[] {
  const rows: GridRow[] = [];
  const groups = picturesByClass(dataset);
  for (const item of dataset.classes) {
    const pictures = groups.get(item.id) ?? [];
    rows.push({ kind: 'class', key: `class ${item.id}`, item, count: pictures.length });
    if (collapsed.has(item.id)) continue;
    if (pictures.length === 0) rows.push({ kind: 'empty', key: `empty ${item.id}`, classId: item.id });
    for (let start = 0; start < pictures.length; start += columns) {
      const slice = pictures.slice(start, start + columns);
      rows.push({ kind: 'pictures', key: `row ${item.id} ${start}`, pictures: slice });
    }
  }
  return rows;
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** Where an arrow key leads from a picture; null if nowhere. Up and down keep the column where they can. */
export function neighbour(
  rows: readonly GridRow[],
  from: PictureId,
  direction: Direction,
): { readonly id: PictureId; readonly rowIndex: number } | null {
  const lines = rows.flatMap((row, rowIndex) =>
    row.kind === 'pictures' ? [{ rowIndex, ids: row.pictures.map(({ id }) => id) }] : [],
  );
  const flat = lines.flatMap(({ ids, rowIndex }) => ids.map((id) => ({ id, rowIndex })));
  if (direction === 'first') return flat[0] ?? null;
  if (direction === 'last') return flat.at(-1) ?? null;
  if (direction === 'left' || direction === 'right') {
    const position = flat.findIndex(({ id }) => id === from);
    return position < 0 ? null : (flat[position + (direction === 'left' ? -1 : 1)] ?? null);
  }
  const line = lines.findIndex(({ ids }) => ids.includes(from));
  const target = lines[line + (direction === 'up' ? -1 : 1)];
  const column = lines[line]?.ids.indexOf(from) ?? -1;
  if (!target || column < 0) return null;
  const id = target.ids[Math.min(column, target.ids.length - 1)];
  return id === undefined ? null : { id, rowIndex: target.rowIndex };
}

/** Ids from one picture to another in the order shown, both included; only the second if the first is gone. */
export function rangeBetween(rows: readonly GridRow[], from: PictureId, to: PictureId): PictureId[] {
  const ids = rows.flatMap((row) => (row.kind === 'pictures' ? row.pictures.map(({ id }) => id) : []));
  const start = ids.indexOf(from);
  const end = ids.indexOf(to);
  if (end < 0) return [];
  if (start < 0) return [to];
  return ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}
