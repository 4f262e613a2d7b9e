/** Turns what was dropped into one list of files with their meaning, archives opened, before any picture is read. */

import { openSetWithin } from '../../dataset/binarySets.ts';
import {
  ARCHIVE_LIMITS,
  type Archive,
  type ArchiveEntry,
  type DatasetFormat,
  type DrawnPicture,
  type EntryLabel,
  type SetFormat,
} from '../../dataset/datasetFormat.ts';
import { withoutDatasetEnding } from '../../dataset/endings.ts';
import { isSystemPath, type Placement, readLayout } from '../../dataset/layout.ts';
import { detectDatasetFormat, SET_FORMATS } from '../../dataset/registry.ts';
import type { FileEntry } from '../../domain/fileEntry.ts';
import type { ContentHash, SkippedFile } from '../../domain/picture.ts';
import { throwIfCancelled, toAppError } from '../../shared/errors.ts';
import { openLooseSets } from './looseSets.ts';
import { toSkippedArchive } from './skippedArchive.ts';

/** A file as it comes up, one after the other. */
export interface SourceFile {
  readonly path: string;
  readonly placement: Placement;
  readonly originalHash: ContentHash | null;
  readonly isInArchive: boolean;
  /** @throws AppError `archiveUnreadable` */
  getBlob(): Promise<Blob>;
  /** Made of raw pixels: nothing of it is to be checked. */
  readonly drawn?: DrawnPicture | undefined;
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
  /** Of the archive, or of the folder in which the files of a binary set were dropped; empty where there is none. */
  readonly path: string;
  readonly archive: Archive;
}

type Opened =
  /** `setFormat`: the binary set that it is by its content. */
  | { readonly kind: 'file'; readonly entry: FileEntry; readonly setFormat: SetFormat | null }
  | OpenedArchive
  | { readonly kind: 'skipped' };

/** Which format opens a file, if any, and which binary sets there are. */
export interface KnownFormats {
  readonly detect: (file: Blob) => Promise<DatasetFormat | null>;
  readonly sets: readonly SetFormat[];
}

const KNOWN_FORMATS: KnownFormats = { detect: detectDatasetFormat, sets: SET_FORMATS };
const CONTEXT = { limits: ARCHIVE_LIMITS };

const UNLABELLED: EntryLabel = { className: null, split: null };

async function open(entry: FileEntry, skipped: SkippedFile[], known: KnownFormats): Promise<Opened> {
  const { path, file } = entry;
  try {
    const format = await known.detect(file);
    if (format?.kind !== 'archive') return { kind: 'file', entry, setFormat: format };
    const archive = await openSetWithin(await format.open(file, CONTEXT), path, CONTEXT, known.sets);
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

/** Files that are a binary set together become one source, in the place of the first of them. */
async function joinSets(
  opened: readonly Opened[],
  skipped: SkippedFile[],
  known: KnownFormats,
): Promise<Opened[]> {
  const files = opened.flatMap((one) =>
    one.kind === 'file' ? [{ path: one.entry.path, file: one.entry.file, format: one.setFormat }] : [],
  );
  const { sets, taken } = await openLooseSets(files, known.sets, CONTEXT, skipped);
  return opened.flatMap((one): Opened[] => {
    if (one.kind !== 'file') return [one];
    const set = sets.get(one.entry.path);
    if (set) return [{ kind: 'archive', ...set }];
    return taken.has(one.entry.path) ? [] : [one];
  });
}

/**
 * @param layout as in `IntakeApi.readFiles`
 * @param known the formats of the registry, but for tests
 */
export async function openSources(
  entries: readonly FileEntry[],
  layout: 'folders' | 'flat',
  signal: AbortSignal,
  known: KnownFormats = KNOWN_FORMATS,
): Promise<Sources> {
  const skipped: SkippedFile[] = [];
  const heads: Opened[] = [];
  const visible = entries.filter(({ path }) => !isSystemPath(path));
  for (let i = 0; i < visible.length; i += HEADS_AT_ONCE) {
    throwIfCancelled(signal);
    heads.push(
      ...(await Promise.all(visible.slice(i, i + HEADS_AT_ONCE).map((entry) => open(entry, skipped, known)))),
    );
  }
  const opened = await joinSets(heads, skipped, known);

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
            const path = source.path === '' ? entry.path : `${source.path}/${entry.path}`;
            const { drawn } = entry;
            const getBlob = () => entry.getBlob();
            yield { path, placement, originalHash: null, isInArchive: true, getBlob, drawn };
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
