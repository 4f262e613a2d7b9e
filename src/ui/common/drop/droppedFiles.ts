/** From what a browser hands over on a drop or a pick to a plain list of files with their paths. */

import type { FileEntry } from '../../../domain/fileEntry.ts';
import type { SkippedFile } from '../../../domain/picture.ts';

const order = new Intl.Collator('en', { numeric: true });

/** Disks answer in any order; classes and splits must come out the same each time. */
function inOrder(entries: FileEntry[]): FileEntry[] {
  return entries.sort((a, b) => order.compare(a.path, b.path));
}

function readBatch(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** What came with a drop. */
export interface DroppedFiles {
  readonly entries: FileEntry[];
  /** Files and folders that the browser could not read: gone since, or not allowed. */
  readonly failed: SkippedFile[];
}

async function collect(entry: FileSystemEntry, into: DroppedFiles): Promise<void> {
  const path = entry.fullPath.replace(/^\/+/, '');
  try {
    if (entry.isFile) {
      into.entries.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    // readEntries answers at most 100 entries a call (Chromium): ask until it has none left.
    for (let batch = await readBatch(reader); batch.length > 0; batch = await readBatch(reader)) {
      for (const inner of batch) await collect(inner, into);
    }
  } catch (thrown) {
    console.warn(`${path} cannot be read`, thrown);
    into.failed.push({ path, reason: 'unreadable', details: {} });
  }
}

/** What has neither a type nor bytes that can be read. */
async function isFolder(file: File): Promise<boolean> {
  if (file.type !== '') return false;
  try {
    await file.slice(0, 1).arrayBuffer();
    return false;
  } catch {
    // That is how a folder answers.
    return true;
  }
}

/**
 * Files of a drop, folders walked to any depth.
 * Must be called in the drop event itself: the entries are gone once it has returned.
 */
export async function filesOfDrop(transfer: DataTransfer): Promise<DroppedFiles> {
  const roots: (FileSystemEntry | File)[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    // Where there are no entries, folders come as files that cannot be read.
    const root = item.webkitGetAsEntry?.() ?? item.getAsFile();
    if (root) roots.push(root);
  }
  const dropped: DroppedFiles = { entries: [], failed: [] };
  for (const root of roots) {
    if (!(root instanceof File)) await collect(root, dropped);
    else if (await isFolder(root))
      dropped.failed.push({ path: root.name, reason: 'folderNotInThisBrowser', details: {} });
    else dropped.entries.push({ path: root.name, file: root });
  }
  inOrder(dropped.entries);
  return dropped;
}

/** Files of an `<input type="file">`, with the folders that a folder picker names. */
export function filesOfInput(files: Iterable<File>): FileEntry[] {
  return inOrder(Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file })));
}
