/** Shares pictures out over extractor workers, two jobs deep each, so that decoding overlaps with computing. */
import { createWorkerClient, type WorkerClient } from '../../rpc/client.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import type { ExtractorApi, ExtractorStart } from './extractorApi.ts';

/** While one batch computes the next one decodes. */
const JOBS_PER_WORKER = 2;

export interface ExtractedPicture {
  /** Place in the list that was given. */
  readonly index: number;
  /** `[featureCount]`, or null if the picture could not be decoded. */
  readonly features: Float32Array<ArrayBuffer> | null;
}

export interface ExtractorPool {
  readonly size: number;
  /**
   * Features of each picture, in the order in which they come.
   * @param open hands out the bytes of a picture when its turn has come.
   * @throws AppError `cancelled`, `deviceLost`, `workerDied`
   */
  extract(
    count: number,
    open: (index: number) => Blob | ImageBitmap,
    onPicture: (picture: ExtractedPicture) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  terminate(): void;
}

export interface PoolOptions extends Omit<ExtractorStart, 'bytes'> {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly size: number;
  readonly spawn: () => Worker;
  readonly onReady: (ready: number) => void;
}

/** Starts the workers one after the other: each holds the weights twice while it takes them in. */
export async function createExtractorPool(options: PoolOptions): Promise<ExtractorPool> {
  const { size, spawn, onReady, ...start } = options;
  const clients: WorkerClient<ExtractorApi>[] = [];
  const terminate = () => {
    for (const client of clients) client.terminate();
  };
  try {
    for (let ready = 1; ready <= size; ready++) {
      const client = createWorkerClient<ExtractorApi>(spawn);
      clients.push(client);
      await client.call('start', start);
      onReady(ready);
    }
  } catch (thrown) {
    terminate();
    throw thrown;
  }

  return {
    size,
    terminate,
    async extract(count, open, onPicture, signal) {
      let next = 0;
      let failure: unknown = null;
      const lane = async (client: WorkerClient<ExtractorApi>) => {
        while (next < count && failure === null) {
          throwIfCancelled(signal);
          const first = next;
          next = Math.min(count, first + start.batchSize);
          const pictures = Array.from({ length: next - first }, (_, place) => open(first + place));
          const bitmaps = pictures.filter((picture) => picture instanceof ImageBitmap);
          const batch = await client.call('extract', { pictures }, { transfer: bitmaps });
          const length = batch.features.length / pictures.length;
          pictures.forEach((_, place) => {
            const isFailed = batch.failed.includes(place);
            const features = batch.features.slice(place * length, (place + 1) * length);
            onPicture({ index: first + place, features: isFailed ? null : features });
          });
        }
      };
      const lanes = clients.flatMap((client) =>
        Array.from({ length: JOBS_PER_WORKER }, () =>
          lane(client).catch((thrown: unknown) => {
            failure ??= thrown;
          }),
        ),
      );
      await Promise.all(lanes);
      if (failure !== null) throw failure;
      throwIfCancelled(signal);
    },
  };
}
