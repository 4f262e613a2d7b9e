/** Turns what was dropped into one list of files with their meaning, archives opened, before any picture is read. */

import {
  ARCHIVE_LIMITS,
  type Archive,
  type ArchiveEntry,
  type EntryLabel,
} from '../../dataset/datasetFormat.ts';
import { withoutDatasetEnding } from '../../dataset/endings.ts';
import { isSystemPath, type Placement, readLayout } from '../../dataset/layout.ts';
import { detectDatasetFormat } from '../../dataset/registry.ts';
import type { FileEntry } from '../../domain/fileEntry.ts';
import type { ContentHash, SkippedFile } from '../../domain/picture.ts';
import { throwIfCancelled, toAppError } from '../../shared/errors.ts';

/** A file as it comes up, one after the other. */
export interface SourceFile {
  readonly path: string;
  readonly placement: Placement;
  readonly originalHash: ContentHash | null;
  readonly isInArchive: boolean;
  /** @throws AppError `archiveUnreadable` */
  getBlob(): Promise<Blob>;
}

export interface Sources {
  /** System files left out. */
  readonly total: number;
  /** What could not be opened at all. */
  readonly skipped: readonly SkippedFile[];
  /** In the order they were dropped. A broken archive gives a `SkippedFile` in the place where it breaks off. */
  files(): AsyncGenerator<SourceFile | { readonly skippedFile: SkippedFile }, void, undefined>;
}

/** Heads read at a time while looking for archives: enough to keep a disk busy, far from any limit of open files. */
const HEADS_AT_ONCE = 32;

interface OpenedArchive {
  readonly kind: 'archive';
  readonly path: string;
  readonly archive: Archive;
}

type Opened =
  | { readonly kind: 'file'; readonly entry: FileEntry }
  | OpenedArchive
  | { readonly kind: 'skipped' };

const UNLABELLED: EntryLabel = { className: null, split: null };

async function open(
  entry: FileEntry,
  skipped: SkippedFile[],
  detect: typeof detectDatasetFormat,
): Promise<Opened> {
  const { path, file } = entry;
  try {
    const format = await detect(file);
    if (!format) return { kind: 'file', entry };
    const archive = await format.open(file, { limits: ARCHIVE_LIMITS });
    if (archive.encryptedCount > 0) {
      skipped.push({ path, reason: 'archiveEncrypted', details: { count: archive.encryptedCount } });
    }
    return { kind: 'archive', path, archive };
  } catch (thrown) {
    if (toAppError(thrown).code === 'partMissing') throw thrown;
    skipped.push(toSkippedArchive(path, thrown));
    return { kind: 'skipped' };
  }
}

function toSkippedArchive(path: string, thrown: unknown): SkippedFile {
  const { code, details } = toAppError(thrown);
  // A file that vanished since it was dropped is no fault of an archive.
  return code === 'archiveUnreadable'
    ? { path, reason: 'archiveUnreadable', details }
    : { path, reason: 'unreadable', details: {} };
}

/**
 * @param layout as in `IntakeApi.readFiles`
 * @param detect which format opens a file, if any
 */
export async function openSources(
  entries: readonly FileEntry[],
  layout: 'folders' | 'flat',
  signal: AbortSignal,
  detect: typeof detectDatasetFormat = detectDatasetFormat,
): Promise<Sources> {
  const skipped: SkippedFile[] = [];
  const opened: Opened[] = [];
  const visible = entries.filter(({ path }) => !isSystemPath(path));
  for (let i = 0; i < visible.length; i += HEADS_AT_ONCE) {
    throwIfCancelled(signal);
    opened.push(
      ...(await Promise.all(
        visible.slice(i, i + HEADS_AT_ONCE).map((entry) => open(entry, skipped, detect)),
      )),
    );
  }

  const paths = opened.flatMap((source) => {
    if (source.kind === 'file') return [source.entry.path];
    if (source.kind === 'skipped' || source.archive.labelledBy === 'entries') return [];
    return source.archive.paths.map((path) => `${withoutDatasetEnding(source.path)}/${path}`);
  });
  const labelledCount = opened.reduce(
    (sum, source) =>
      source.kind === 'archive' && source.archive.labelledBy === 'entries'
        ? sum + source.archive.paths.length
        : sum,
    0,
  );
  const placements = new Map(readLayout(paths).map((placement, index) => [paths[index], placement]));
  const asAsked = (placement: Placement): Placement =>
    layout === 'folders' ? placement : { ...placement, ...UNLABELLED };
  const place = (layoutPath: string): Placement =>
    asAsked(placements.get(layoutPath) ?? { ...UNLABELLED, ignore: false });
  const placeEntry = ({ path, archive }: OpenedArchive, entry: ArchiveEntry): Placement =>
    archive.labelledBy === 'entries'
      ? asAsked({ ...(entry.label ?? UNLABELLED), ignore: false })
      : place(`${withoutDatasetEnding(path)}/${entry.path}`);

  async function* files(): AsyncGenerator<
    SourceFile | { readonly skippedFile: SkippedFile },
    void,
    undefined
  > {
    for (const source of opened) {
      if (source.kind === 'file') {
        const { path, file, originalHash } = source.entry;
        yield {
          path,
          placement: place(path),
          originalHash: originalHash ?? null,
          isInArchive: false,
          getBlob: async () => file,
        };
      } else if (source.kind === 'archive') {
        try {
          for await (const entry of source.archive.entries()) {
            const placement = placeEntry(source, entry);
            if (placement.ignore) continue;
            const path = `${source.path}/${entry.path}`;
            yield { path, placement, originalHash: null, isInArchive: true, getBlob: () => entry.getBlob() };
          }
        } catch (thrown) {
          yield { skippedFile: toSkippedArchive(source.path, thrown) };
        }
      }
    }
  }

  const total = paths.filter((path) => !placements.get(path)?.ignore).length;
  return { total: total + labelledCount + skipped.length, skipped, files };
}
