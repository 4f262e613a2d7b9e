/** Pictures as a network from scratch reads them: those that are raw pixels from their bytes, all others by the workers. */
import type { InputNode } from '../../network/network.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import { readRawPixels } from '../features/rawPixels.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';

/** Between two looks at whether to stop. */
const TOGETHER = 1024;

export interface PixelsJob {
  /** In any order. @param pixels `[sizePx, sizePx, 3]`, 0–255; null: it cannot be decoded */
  readonly onPicture: (index: number, pixels: Float32Array | Uint8Array | null) => void;
  readonly signal: AbortSignal;
  readonly gate?: PauseGate | undefined;
}

/** @param input of the network @throws AppError `cancelled`, `workerDied`, `outOfMemory` */
export async function readPixels(
  session: Pick<Session, 'pool' | 'openTarget'>,
  input: InputNode,
  blobs: readonly Blob[],
  { onPicture, signal, gate }: PixelsJob,
): Promise<void> {
  const [sizePx = 0] = input.shape;
  const others: number[] = [];
  for (let start = 0; start < blobs.length; start += TOGETHER) {
    await gate?.wait();
    throwIfCancelled(signal);
    const raw = await readRawPixels(blobs.slice(start, start + TOGETHER), sizePx);
    for (const [i, pixels] of raw.entries()) {
      if (pixels) onPicture(start + i, pixels);
      else others.push(start + i);
    }
  }
  if (others.length === 0) return;
  // As the pictures are, 0–255: whatever the network wants of them comes later.
  const own = { ...input, preprocessing: null };
  const target: ExtractionTarget = { arithmetic: 'float32', upTo: input.name, input: own };
  await withTarget(session, target, () =>
    session.pool.extract({
      count: others.length,
      open: (index) => blobs[others[index] as number] as Blob,
      onPicture: ({ index, features }) => onPicture(others[index] as number, features),
      ...{ target, signal },
      ...(gate ? { gate } : {}),
    }),
  );
}
