/** Pictures that belong to no data set: read and checked like those that do, then handed on one by one. */

import intakeUrl from '../../compute/intake.worker.ts?worker&url';
import type { FileEntry } from '../../domain/fileEntry.ts';
import type { ReadPicture, SkippedFile } from '../../domain/picture.ts';
import { createWorkerClient } from '../../rpc/client.ts';
import type { IntakeApi, IntakeProgress } from '../../rpc/intakeApi.ts';
import { startWorker } from '../../rpc/startWorker.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { drawSvg, reasonOfSvg } from './drawSvg.ts';
import { toHeldPictures, toReadPicture } from './wholePicture.ts';

export interface LoosePictureListener {
  readonly onPicture: (picture: ReadPicture) => void;
  readonly onSkipped: (file: SkippedFile) => void;
}

/** Apart from the data set's own reader, so that cancelling one leaves the other alone. */
const reader = createWorkerClient<IntakeApi>(() => startWorker(intakeUrl, 'reader'));

/**
 * Reads files as they come; archives and folders are opened, SVG files drawn.
 * @throws AppError cancelled, workerDied
 */
export async function readLoosePictures(
  entries: readonly FileEntry[],
  listener: LoosePictureListener,
  signal: AbortSignal,
): Promise<void> {
  const toDraw = await read(entries, listener, signal);
  const drawn: FileEntry[] = [];
  for (const { path, file, hash } of toDraw) {
    throwIfCancelled(signal);
    try {
      drawn.push({ path, file: await drawSvg(file, signal), originalHash: hash });
    } catch (thrown) {
      const reason = reasonOfSvg(thrown);
      if (reason === null) throw thrown;
      listener.onSkipped({ path, reason, details: {} });
    }
  }
  if (drawn.length > 0) await read(drawn, listener, signal);
}

/** @returns files that only the page can draw */
async function read(
  entries: readonly FileEntry[],
  { onPicture, onSkipped }: LoosePictureListener,
  signal: AbortSignal,
): Promise<IntakeProgress['toDraw']> {
  const toDraw: IntakeProgress['toDraw'][number][] = [];
  await reader.call(
    'readFiles',
    { entries, layout: 'flat' },
    {
      signal,
      onProgress: (progress) => {
        for (const picture of toHeldPictures(progress)) onPicture(toReadPicture(picture));
        progress.skipped.forEach(onSkipped);
        toDraw.push(...progress.toDraw);
      },
    },
  );
  return toDraw;
}
