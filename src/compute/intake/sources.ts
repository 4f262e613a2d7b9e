/** Turns what was dropped into one list of files with their meaning, archives opened, before any picture is read. */

import type { Archive } from '../../dataset/archive.ts';
import { openArchive } from '../../dataset/archives.ts';
import { type ArchiveFormat, DETECT_BYTES, detectFormat } from '../../dataset/fileFormats.ts';
import { isSystemPath, type Placement, readLayout } from '../../dataset/layout.ts';
import { readHead } from '../../dataset/sniff.ts';
import { isGzippedTar } from '../../dataset/tar.ts';
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

type Opened =
  | { readonly kind: 'file'; readonly entry: FileEntry }
  | { readonly kind: 'archive'; readonly path: string; readonly archive: Archive }
  | { readonly kind: 'skipped' };

/** `cats.zip` speaks as a folder `cats` would. */
function withoutArchiveExtension(path: string): string {
  return path.replace(/\.(zip|tar|tgz|tar\.gz)$/i, '');
}

async function archiveFormatOf(file: Blob): Promise<ArchiveFormat | null> {
  const found = detectFormat(await readHead(file, DETECT_BYTES));
  if (found.kind !== 'archive') return null;
  return found.format !== 'gzip' || (await isGzippedTar(file)) ? found.format : null;
}

async function open(entry: FileEntry, skipped: SkippedFile[]): Promise<Opened> {
  const { path, file } = entry;
  try {
    const format = await archiveFormatOf(file);
    if (!format) return { kind: 'file', entry };
    const archive = await openArchive(file, format);
    if (archive.encryptedCount > 0) {
      skipped.push({ path, reason: 'archiveEncrypted', details: { count: archive.encryptedCount } });
    }
    return { kind: 'archive', path, archive };
  } catch (thrown) {
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

/** @param layout as in `IntakeApi.readFiles` */
export async function openSources(
  entries: readonly FileEntry[],
  layout: 'folders' | 'flat',
  signal: AbortSignal,
): Promise<Sources> {
  const skipped: SkippedFile[] = [];
  const opened: Opened[] = [];
  const visible = entries.filter(({ path }) => !isSystemPath(path));
  for (let i = 0; i < visible.length; i += HEADS_AT_ONCE) {
    throwIfCancelled(signal);
    opened.push(
      ...(await Promise.all(visible.slice(i, i + HEADS_AT_ONCE).map((entry) => open(entry, skipped)))),
    );
  }

  const paths = opened.flatMap((source) => {
    if (source.kind === 'file') return [source.entry.path];
    if (source.kind === 'skipped') return [];
    return source.archive.paths.map((path) => `${withoutArchiveExtension(source.path)}/${path}`);
  });
  const placements = new Map(readLayout(paths).map((placement, index) => [paths[index], placement]));
  const place = (layoutPath: string): Placement => {
    const placement = placements.get(layoutPath) ?? { className: null, split: null, ignore: false };
    return layout === 'folders' ? placement : { ...placement, className: null, split: null };
  };

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
            const placement = place(`${withoutArchiveExtension(source.path)}/${entry.path}`);
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
  return { total: total + skipped.length, skipped, files };
}
