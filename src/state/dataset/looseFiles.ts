/** Tells files that need a class from the person, before anybody has looked inside. */
import { hasDatasetEnding } from '../../dataset/endings.ts';
import type { FileEntry } from '../../domain/fileEntry.ts';

/** True where neither a folder nor an archive can say which class the pictures are. */
export function areLoose(entries: readonly FileEntry[]): boolean {
  const isLoose = ({ path }: FileEntry) => !path.includes('/') && !hasDatasetEnding(path);
  return entries.length > 0 && entries.every(isLoose);
}
