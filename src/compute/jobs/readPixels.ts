/** Pictures as a network from scratch reads them: those that are raw pixels from their bytes, all others by the workers. */
import type { ContentHash } from '../../domain/picture.ts';
import type { InputNode } from '../../network/network.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import { allocateBytes } from '../../shared/allocate.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import { readRawPixels, toRawPixels } from '../features/rawPixels.ts';
import { orGone, type PictureFiles } from './pictureFiles.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';

/** Between two looks at whether to stop; blocks have about half as many. */
const TOGETHER = 1024;

export interface PixelsJob {
  /**
   * In any order.
   * @param pixels `[sizePx, sizePx, 3]`, 0–255, to be read before it returns; null: it cannot be decoded
   */
  readonly onPicture: (hash: ContentHash, pixels: Float32Array | Uint8Array | null) => void;
  /** Of one that was not handed over, or whose bytes lie nowhere any more. */
  readonly onMissing: (hash: ContentHash) => void;
  readonly signal: AbortSignal;
  /** Aborted when the rest is to be left undone. */
  readonly finishSignal?: AbortSignal | undefined;
  readonly gate?: PauseGate | undefined;
}

/**
 * @param input of the network
 * @param hashes each once
 * @throws AppError `cancelled`, `workerDied`, `outOfMemory`, of the storage
 */
export async function readPixels(
  session: Pick<Session, 'pool' | 'openTarget'>,
  input: InputNode,
  files: PictureFiles,
  hashes: readonly ContentHash[],
  job: PixelsJob,
): Promise<void> {
  const { onPicture, onMissing, signal, gate, finishSignal } = job;
  const [sizePx = 0] = input.shape;
  /** For the workers. */
  const others: ContentHash[] = [];
  const give = (hash: ContentHash, pixels: Uint8Array | null) => {
    if (pixels) onPicture(hash, pixels);
    else others.push(hash);
  };
  const isOver = async () => {
    await gate?.wait();
    throwIfCancelled(signal);
    return finishSignal?.aborted === true;
  };

  const left = new Set(hashes);
  const held = hashes.flatMap((hash) => {
    const blob = files.peek(hash);
    return blob ? [{ hash, blob }] : [];
  });
  for (let start = 0; start < held.length; start += TOGETHER) {
    if (await isOver()) return;
    const some = held.slice(start, start + TOGETHER);
    const blobs = some.map(({ blob }) => blob);
    const raw = await readRawPixels(blobs, sizePx);
    for (const [i, { hash }] of some.entries()) {
      left.delete(hash);
      give(hash, raw[i] ?? null);
    }
  }
  const pixels = allocateBytes(sizePx * sizePx * 3);
  for await (const pictures of files.walk(left)) {
    if (await isOver()) return;
    for (const { hash, bytes, type } of pictures) {
      left.delete(hash);
      give(hash, toRawPixels(bytes, type, sizePx, pixels));
    }
  }
  left.forEach(onMissing);
  if (others.length === 0 || (await isOver())) return;
  // As the pictures are, 0–255: whatever the network wants of them comes later.
  const own = { ...input, preprocessing: null };
  const target: ExtractionTarget = { arithmetic: 'float32', upTo: input.name, input: own };
  const gone = new Set<number>();
  await withTarget(session, target, () =>
    session.pool.extract({
      count: others.length,
      async open(index) {
        const picture = await orGone(files.open(others[index] ?? ''));
        if (!picture) gone.add(index);
        return picture;
      },
      onPicture({ index, features }) {
        const hash = others[index] ?? '';
        if (gone.has(index)) onMissing(hash);
        else onPicture(hash, features);
      },
      ...{ target, signal, isEnough: () => finishSignal?.aborted === true },
      ...(gate ? { gate } : {}),
    }),
  );
}
