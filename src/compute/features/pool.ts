/**
 * Shares pictures out over extractor workers, two jobs deep each, so that decoding overlaps with computing; and with
 * them the memory that decoding may take, of which all workers together never have more than there is.
 */

import { createWorkerClient, type WorkerClient } from '../../rpc/client.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { decodeBudgetOf } from './decodeBudget.ts';
import { createDecodeQueue, decodedBytesOfPicture } from './decodeQueue.ts';
import type {
  DecodeShare,
  ExtractedBatch,
  ExtractionTarget,
  ExtractorApi,
  ExtractorPicture,
  ExtractorStart,
  TargetStart,
} from './extractorApi.ts';
import { thisMachine } from './poolSize.ts';

/** While one batch computes the next one decodes. */
const JOBS_PER_WORKER = 2;

export interface ExtractedPicture {
  /** Place in the list that was given. */
  readonly index: number;
  /** Output of the target's last node, or null if the picture could not be decoded. */
  readonly features: Float32Array<ArrayBuffer> | null;
}

export interface ExtractionJob {
  readonly count: number;
  /** Hands out the bytes of a picture when its turn has come; null: it has gone, and has no features. */
  readonly open: (index: number) => ExtractorPicture | null | Promise<ExtractorPicture | null>;
  /** Called in the order in which they come. */
  readonly onPicture: (picture: ExtractedPicture) => void;
  readonly target: ExtractionTarget;
  readonly signal?: AbortSignal;
  /** While it is shut no further picture is opened; batches under way are ended. */
  readonly gate?: PauseGate;
  /** Asked before each batch: true ends the job well, after the batches under way. Those opened are the first ones. */
  readonly isEnough?: () => boolean;
}

export interface ExtractorPool {
  readonly size: number;
  /** Pictures of one forward pass. */
  readonly batchSize: number;
  /**
   * Gives every worker one more target that can be asked for, one after the other: each holds the weights twice while it
   * takes them in.
   * @param onAdded how many workers have it
   */
  addTarget(start: TargetStart, onAdded?: (workers: number) => void): Promise<void>;
  removeTarget(target: ExtractionTarget): Promise<void>;
  /** What the target gives of each picture. @throws AppError `cancelled`, `deviceLost`, `workerDied` */
  extract(job: ExtractionJob): Promise<void>;
  terminate(): void;
}

export interface PoolOptions extends ExtractorStart {
  readonly size: number;
  readonly spawn: () => Worker;
  readonly onReady: (ready: number) => void;
  /** Of decoded pictures, in all workers together; unless told, the engine's part of what this machine has. */
  readonly decodeBudgetBytes?: number;
}

interface PoolWorker {
  /** @throws AppError `workerDied`, from the first death on: a fresh worker would know nothing of its weights */
  readonly call: WorkerClient<ExtractorApi>['call'];
  terminate(): void;
  /** Batches that it has been given and has not answered. */
  jobs: number;
}

function createPoolWorker(spawn: () => Worker): PoolWorker {
  const client = createWorkerClient<ExtractorApi>(spawn);
  let death: AppError | null = null;
  // Also while it has nothing to do: the next call would start a fresh one.
  client.onDeath((error) => {
    death = error;
  });
  return {
    async call(method, args, options) {
      if (death) throw death;
      try {
        return await client.call(method, args, options);
      } catch (thrown) {
        if (thrown instanceof AppError && thrown.code === 'workerDied') death = thrown;
        throw thrown;
      }
    },
    terminate: () => client.terminate(),
    jobs: 0,
  };
}

/** Workers that can be asked for nothing yet. */
export async function createExtractorPool(options: PoolOptions): Promise<ExtractorPool> {
  const {
    size,
    spawn,
    onReady,
    decodeBudgetBytes = decodeBudgetOf('engine', thisMachine().memoryGib),
    ...start
  } = options;
  const workers: PoolWorker[] = [];
  const terminate = () => {
    for (const worker of workers) worker.terminate();
  };
  try {
    for (let ready = 1; ready <= size; ready++) {
      const worker = createPoolWorker(spawn);
      workers.push(worker);
      await worker.call('start', start);
      onReady(ready);
    }
  } catch (thrown) {
    terminate();
    throw thrown;
  }

  /** Whoever has least to do: several jobs, such as frames of a camera, may run at the same time. */
  async function askWorker(
    pictures: readonly ExtractorPicture[],
    target: ExtractionTarget,
    share: DecodeShare,
  ): Promise<ExtractedBatch> {
    const worker = workers.reduce((least, candidate) => (candidate.jobs < least.jobs ? candidate : least));
    worker.jobs += 1;
    try {
      const transfer = pictures.filter((picture) => picture instanceof ImageBitmap);
      return await worker.call('extract', { pictures, target, share }, { transfer });
    } finally {
      worker.jobs -= 1;
    }
  }

  const decoding = createDecodeQueue(decodeBudgetBytes);
  const laneBytes = decodeBudgetBytes / (size * JOBS_PER_WORKER);

  /** Waits until there is room for as much of the batch as a lane may have, its largest picture at least. */
  async function runBatch(
    pictures: readonly ExtractorPicture[],
    target: ExtractionTarget,
    signal: AbortSignal | undefined,
  ): Promise<ExtractedBatch> {
    const pictureBytes = await Promise.all(pictures.map(decodedBytesOfPicture));
    const together = pictureBytes.reduce((sum, bytes) => sum + bytes, 0);
    const budgetBytes = Math.min(together, Math.max(laneBytes, ...pictureBytes));
    return decoding.run(budgetBytes, async () => {
      throwIfCancelled(signal);
      return askWorker(pictures, target, { budgetBytes, pictureBytes });
    });
  }

  return {
    size,
    batchSize: start.batchSize,
    terminate,
    async addTarget(more, onAdded) {
      for (const [place, worker] of workers.entries()) {
        await worker.call('addTarget', more);
        onAdded?.(place + 1);
      }
    },
    async removeTarget(target) {
      for (const worker of workers) await worker.call('removeTarget', target);
    },
    async extract({ count, open, onPicture, target, signal, gate, isEnough }) {
      let next = 0;
      let failure: unknown = null;
      const lane = async () => {
        while (next < count && failure === null && !isEnough?.()) {
          throwIfCancelled(signal);
          if (gate?.isPaused) {
            await gate.wait();
            continue;
          }
          const first = next;
          next = Math.min(count, first + start.batchSize);
          const opened = Array.from({ length: next - first }, (_, place) => open(first + place));
          const all = await Promise.all(opened);
          all.forEach((picture, place) => {
            if (!picture) onPicture({ index: first + place, features: null });
          });
          const there = all.flatMap((picture, place) => (picture ? [{ picture, index: first + place }] : []));
          if (there.length === 0) continue;
          const pictures = there.map(({ picture }) => picture);
          const batch = await runBatch(pictures, target, signal);
          const length = batch.features.length / pictures.length;
          there.forEach(({ index }, place) => {
            const isFailed = batch.failed.includes(place);
            const features = batch.features.slice(place * length, (place + 1) * length);
            onPicture({ index, features: isFailed ? null : features });
          });
        }
      };
      const lanes = Array.from({ length: size * JOBS_PER_WORKER }, () =>
        lane().catch((thrown: unknown) => {
          failure ??= thrown;
        }),
      );
      await Promise.all(lanes);
      if (failure !== null) throw failure;
      throwIfCancelled(signal);
    },
  };
}
