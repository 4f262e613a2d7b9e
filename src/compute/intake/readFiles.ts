/** The intake: a stream of files in, a stream of checked pictures out, as many decoded at a time as there is room for. */

import { isDatasetLike } from '../../dataset/registry.ts';
import { type SniffResult, sniff } from '../../dataset/sniff.ts';
import type { FileEntry } from '../../domain/fileEntry.ts';
import type { SkippedFile } from '../../domain/picture.ts';
import type { IntakePicture, IntakeProgress } from '../../rpc/intakeApi.ts';
import type { CallContext } from '../../rpc/server.ts';
import { throwIfCancelled, toAppError } from '../../shared/errors.ts';
import { release } from '../../shared/release.ts';
import { decodedBytesOf } from '../features/decodeQueue.ts';
import { intakeDecoding } from './intakeDecoding.ts';
import { isSmall, type Outcome, readDrawn, readPicture } from './readPicture.ts';
import { openSources, type SourceFile } from './sources.ts';

/** Read at the same time, however small they are. */
const MAX_AT_ONCE = 3;
/** Of those that are only hashed. */
const DRAWN_AT_ONCE = 32;

const REPORT_EVERY_MS = 100;

interface Counts {
  readonly pictures: number;
  readonly skipped: number;
}

/** Those made of raw pixels as one blob. */
function toPictures(outcomes: readonly Outcome[]): Pick<IntakeProgress, 'pictures' | 'pack'> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let end = 0;
  const pictures = outcomes.flatMap((outcome): IntakePicture[] => {
    if (outcome.kind === 'picture') return [outcome.picture];
    if (outcome.kind !== 'drawn') return [];
    const { picture, bytes, type } = outcome;
    const begin = end;
    end += bytes.length;
    parts.push(bytes);
    return [{ ...picture, blob: { begin, end, type }, thumbnail: null }];
  });
  const pack = parts.length > 0 ? new Blob(parts) : null;
  // It has a copy of them.
  for (const { buffer } of parts) release(buffer);
  return { pictures, pack };
}

/** Collects outcomes and reports them about ten times a second. */
function createReporter(total: number, report: (progress: IntakeProgress) => void) {
  const startedMs = performance.now();
  let lastMs = startedMs;
  let done = 0;
  let outcomes: Outcome[] = [];
  const counts = { pictures: 0, skipped: 0 };

  function flush(): void {
    lastMs = performance.now();
    report({
      ...toPictures(outcomes),
      skipped: outcomes.flatMap((outcome) => (outcome.kind === 'skipped' ? [outcome.file] : [])),
      toDraw: outcomes.flatMap((outcome) => (outcome.kind === 'toDraw' ? [outcome.drawing] : [])),
      done,
      // A broken archive adds a line of its own.
      total: Math.max(total, done),
      remainingMs: done === 0 ? null : ((lastMs - startedMs) / done) * Math.max(0, total - done),
    });
    outcomes = [];
  }

  return {
    counts: counts as Counts,
    flush,
    add(outcome: Outcome): void {
      outcomes.push(outcome);
      done += 1;
      if (outcome.kind === 'picture' || outcome.kind === 'drawn') counts.pictures += 1;
      if (outcome.kind === 'skipped') counts.skipped += 1;
      if (performance.now() - lastMs >= REPORT_EVERY_MS) flush();
    },
  };
}

function toSkipped(file: SkippedFile): Outcome {
  return { kind: 'skipped', file };
}

/** The handler of `IntakeApi.readFiles`. Pictures are reported in the order in which they were dropped. */
export async function readFiles(
  { entries, layout }: { readonly entries: readonly FileEntry[]; readonly layout: 'folders' | 'flat' },
  { progress, signal, finishSignal }: CallContext<IntakeProgress>,
): Promise<Counts> {
  // Looking into ten thousand files for archives takes seconds: the page shall know meanwhile what it waits for.
  progress({
    pictures: [],
    pack: null,
    skipped: [],
    toDraw: [],
    done: 0,
    total: entries.length,
    remainingMs: null,
  });
  const sources = await openSources(entries, layout, signal);
  const reporter = createReporter(sources.total, progress);
  for (const file of sources.skipped) reporter.add(toSkipped(file));
  reporter.flush();

  const running: Promise<Outcome>[] = [];
  async function settle(atMost: number): Promise<void> {
    while (running.length > atMost) {
      const next = running.shift();
      if (next) reporter.add(await next);
    }
  }

  async function start(source: SourceFile): Promise<void> {
    const { drawn } = source;
    if (drawn && isSmall(drawn)) {
      running.push(readDrawn(source, drawn));
      await settle(DRAWN_AT_ONCE - 1);
      return;
    }
    let blob: Blob;
    let sniffed: SniffResult;
    try {
      blob = await source.getBlob();
      sniffed = await sniff(blob, isDatasetLike);
    } catch (thrown) {
      const { details } = toAppError(thrown);
      running.push(Promise.resolve(toSkipped({ path: source.path, reason: 'unreadable', details })));
      return;
    }
    const bytes = decodedBytesOf(sniffed, blob.size);
    running.push(intakeDecoding.run(bytes, () => readPicture(source, blob, sniffed)));
    await settle(MAX_AT_ONCE - 1);
  }

  for await (const source of sources.files()) {
    throwIfCancelled(signal);
    if (finishSignal.aborted) break;
    if ('skippedFile' in source) running.push(Promise.resolve(toSkipped(source.skippedFile)));
    else await start(source);
  }
  await settle(0);
  throwIfCancelled(signal);
  reporter.flush();
  return { ...reporter.counts };
}
