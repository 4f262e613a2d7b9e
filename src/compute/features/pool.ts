/** Shares pictures out over extractor workers, two jobs deep each, so that decoding overlaps with computing. */

import { createWorkerClient, type WorkerClient } from '../../rpc/client.ts';
import type { Arithmetic } from '../../rpc/protocol.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import type { TrunkImage } from '../trunk/image.ts';
import type { ExtractedBatch, ExtractorApi, ExtractorStart } from './extractorApi.ts';

/** While one batch computes the next one decodes. */
const JOBS_PER_WORKER = 2;

export interface ExtractedPicture {
  /** Place in the list that was given. */
  readonly index: number;
  /** `[featureCount]`, or null if the picture could not be decoded. */
  readonly features: Float32Array<ArrayBuffer> | null;
}

export interface ExtractionJob {
  readonly count: number;
  /** Hands out the bytes of a picture when its turn has come. */
  readonly open: (index: number) => Blob | ImageBitmap;
  /** Called in the order in which they come. */
  readonly onPicture: (picture: ExtractedPicture) => void;
  readonly arithmetic: Arithmetic;
  readonly signal?: AbortSignal;
}

export interface ExtractorPool {
  readonly size: number;
  /** Gives every worker one more arithmetic that can be asked for. */
  addTrunk(image: TrunkImage): Promise<void>;
  removeTrunk(arithmetic: Arithmetic): Promise<void>;
  /** Features of each picture. @throws AppError `cancelled`, `deviceLost`, `workerDied` */
  extract(job: ExtractionJob): Promise<void>;
  terminate(): void;
}

export interface PoolOptions extends ExtractorStart {
  readonly size: number;
  readonly spawn: () => Worker;
  readonly trunk: TrunkImage | null;
  readonly onReady: (ready: number) => void;
}

interface PoolWorker {
  readonly client: WorkerClient<ExtractorApi>;
  /** Batches that it has been given and has not answered. */
  jobs: number;
}

/** Starts the workers one after the other: each holds the weights twice while it takes them in. */
export async function createExtractorPool(options: PoolOptions): Promise<ExtractorPool> {
  const { size, spawn, trunk, onReady, ...start } = options;
  const workers: PoolWorker[] = [];
  const terminate = () => {
    for (const { client } of workers) client.terminate();
  };
  try {
    for (let ready = 1; ready <= size; ready++) {
      const client = createWorkerClient<ExtractorApi>(spawn);
      workers.push({ client, jobs: 0 });
      await client.call('start', start);
      if (trunk) await client.call('addTrunk', trunk);
      onReady(ready);
    }
  } catch (thrown) {
    terminate();
    throw thrown;
  }

  /** Whoever has least to do: several jobs, such as frames of a camera, may run at the same time. */
  async function runBatch(
    pictures: readonly (Blob | ImageBitmap)[],
    arithmetic: Arithmetic,
  ): Promise<ExtractedBatch> {
    const worker = workers.reduce((least, candidate) => (candidate.jobs < least.jobs ? candidate : least));
    worker.jobs += 1;
    try {
      const transfer = pictures.filter((picture) => picture instanceof ImageBitmap);
      return await worker.client.call('extract', { pictures, arithmetic }, { transfer });
    } finally {
      worker.jobs -= 1;
    }
  }

  return {
    size,
    terminate,
    async addTrunk(image) {
      for (const { client } of workers) await client.call('addTrunk', image);
    },
    async removeTrunk(arithmetic) {
      for (const { client } of workers) await client.call('removeTrunk', { arithmetic });
    },
    async extract({ count, open, onPicture, arithmetic, signal }) {
      let next = 0;
      let failure: unknown = null;
      const lane = async () => {
        while (next < count && failure === null) {
          throwIfCancelled(signal);
          const first = next;
          next = Math.min(count, first + start.batchSize);
          const pictures = Array.from({ length: next - first }, (_, place) => open(first + place));
          const batch = await runBatch(pictures, arithmetic);
          const length = batch.features.length / pictures.length;
          pictures.forEach((_, place) => {
            const isFailed = batch.failed.includes(place);
            const features = batch.features.slice(place * length, (place + 1) * length);
            onPicture({ index: first + place, features: isFailed ? null : features });
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
