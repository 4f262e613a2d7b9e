/** The workers that train one part together: started, asked all at once, and ended all as soon as one of them fails. */
import { createWorkerClient } from '../../../../rpc/client.ts';
import type { ArgsOf, MethodName, ResultOf } from '../../../../rpc/protocol.ts';
import { allocate } from '../../../../shared/allocate.ts';
import { type AppError, toAppError } from '../../../../shared/errors.ts';
import { type CompiledKernels, MAX_SHARED_PAGES } from '../builds.ts';
import { createFixedMemory, PAGE_BYTES } from '../memory.ts';
import { createPartWorker, type PlacedPart } from './partWorker.ts';
import type { PartSpec, PartWorkerApi } from './partWorkerApi.ts';
import { answerSums } from './sumOverWorkers.ts';

export interface PartCrew {
  /** Shared by all, or this thread's; null where each has its own. */
  readonly memory: WebAssembly.Memory | null;
  /**
   * Asks every worker, and waits for all.
   * @param argsOf of each, by its number
   * @throws AppError of the first that failed, `workerDied` where it ended; from then on every call throws it
   */
  askAll<M extends MethodName<PartWorkerApi>>(
    method: M,
    argsOf: (worker: number) => ArgsOf<PartWorkerApi[M]>,
    transferOf?: (args: ArgsOf<PartWorkerApi[M]>) => Transferable[],
  ): Promise<ResultOf<PartWorkerApi[M]>[]>;
  /** What lies in shared memory may be half done then. @throws AppError as `askAll`, if one of them has failed */
  throwIfFailed(): void;
  terminate(): void;
}

function createSharedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  return allocate(() => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));
}

/** Whether shared memory can hold a part: its limit is named beforehand. */
export function fitsSharedMemory({ layout }: PlacedPart): boolean {
  return layout.bytes <= MAX_SHARED_PAGES * PAGE_BYTES;
}

/** @throws AppError `outOfMemory`, `workerDied`, `partMissing` */
export async function startCrew(
  spawn: () => Worker,
  compiled: CompiledKernels,
  spec: PartSpec,
  { layout }: PlacedPart,
): Promise<PartCrew> {
  const memory = spec.isShared ? createSharedMemory(layout.bytes) : null;
  const channels =
    spec.isShared || spec.workers === 1
      ? []
      : Array.from({ length: spec.workers }, () => new MessageChannel());
  const clients = Array.from({ length: spec.workers }, () => createWorkerClient<PartWorkerApi>(spawn));
  let failure: AppError | null = null;

  function terminate(): void {
    for (const client of clients) client.terminate();
    for (const { port1 } of channels) port1.close();
  }
  function fail(thrown: unknown): AppError {
    if (!failure) {
      failure = toAppError(thrown);
      // The others may wait for the one that failed.
      terminate();
    }
    return failure;
  }
  // Also while it has nothing to do: the next call would start a fresh one.
  for (const client of clients) client.onDeath(fail);

  function throwIfFailed(): void {
    if (failure) throw failure;
  }
  const crew: PartCrew = {
    memory,
    throwIfFailed,
    async askAll(method, argsOf, transferOf = () => []) {
      throwIfFailed();
      const answers = clients.map(async (client, worker) => {
        try {
          const args = argsOf(worker);
          return await client.call(method, args, { transfer: transferOf(args) });
        } catch (thrown) {
          throw fail(thrown);
        }
      });
      return Promise.all(answers);
    },
    terminate() {
      failure ??= toAppError(new DOMException('ended', 'AbortError'));
      terminate();
    },
  };
  answerSums(channels.map(({ port1 }) => port1));
  await crew.askAll(
    'start',
    (index) => ({ spec, index, compiled, memory, port: channels[index]?.port2 ?? null }),
    ({ port }) => (port ? [port] : []),
  );
  return crew;
}

/** A crew of one in this thread, for what is so light that the way to a worker would take longer. @throws AppError `outOfMemory` */
export async function startCrewHere(
  compiled: CompiledKernels,
  spec: PartSpec,
  { layout }: PlacedPart,
): Promise<PartCrew> {
  const memory = createFixedMemory(layout.bytes);
  const worker = createPartWorker();
  await worker.start({ spec, index: 0, compiled, memory, port: null });
  return {
    memory,
    askAll: async (method, argsOf) => [await worker[method](argsOf(0))],
    // Who is in one thread fails with the call that fails.
    throwIfFailed: () => undefined,
    terminate: () => undefined,
  };
}
