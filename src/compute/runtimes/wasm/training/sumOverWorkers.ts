/** Sums of a few numbers over all workers in the middle of a pass, in one order whoever comes last. */
import type { SumOverWorkers } from './partStep.ts';

const ARRIVED = 0;
const ROUND = 1;
/** Bytes of both, with room so that they share a line of the cache with nothing else. */
const COUNTER_BYTES = 64;

export interface SharedSums {
  readonly memory: WebAssembly.Memory;
  readonly address: number;
  /** Most numbers of a sum. */
  readonly capacity: number;
  readonly workers: number;
  readonly index: number;
}

/** Over shared memory: whoever is there first waits, without a turn of its event loop. */
export function sumInSharedMemory({ memory, address, capacity, workers, index }: SharedSums): SumOverWorkers {
  const counters = new Int32Array(memory.buffer, address, 2);
  const room = new Float64Array(memory.buffer, address + COUNTER_BYTES, 2 * workers * capacity);
  /** Two rooms in turns: nobody can be two sums ahead of another. */
  let turn = 0;

  function meet(): void {
    const round = Atomics.load(counters, ROUND);
    if (Atomics.add(counters, ARRIVED, 1) === workers - 1) {
      Atomics.store(counters, ARRIVED, 0);
      Atomics.add(counters, ROUND, 1);
      Atomics.notify(counters, ROUND);
      return;
    }
    while (Atomics.load(counters, ROUND) === round) Atomics.wait(counters, ROUND, round);
  }

  return (numbers) => {
    const first = turn * workers * capacity;
    turn = 1 - turn;
    room.set(numbers, first + index * capacity);
    meet();
    for (let i = 0; i < numbers.length; i++) {
      let sum = 0;
      for (let worker = 0; worker < workers; worker++) sum += room[first + worker * capacity + i] as number;
      numbers[i] = sum;
    }
  };
}

/** By messages, where no memory is shared: the other end of the port is `answerSums`. */
export function sumByMessages(port: MessagePort): SumOverWorkers {
  return (numbers) =>
    new Promise((resolve) => {
      port.onmessage = ({ data }: MessageEvent<Float64Array>) => {
        numbers.set(data);
        resolve();
      };
      port.postMessage(numbers);
    });
}

/** Adds up what comes from all ports, in their order, and sends all of them the sums. */
export function answerSums(ports: readonly MessagePort[]): void {
  const waiting: (Float64Array | undefined)[] = ports.map(() => undefined);
  ports.forEach((port, index) => {
    port.onmessage = ({ data }: MessageEvent<Float64Array>) => {
      waiting[index] = data;
      if (waiting.some((numbers) => !numbers)) return;
      const sums = data.map((_, i) => waiting.reduce((sum, numbers) => sum + (numbers?.[i] ?? 0), 0));
      waiting.fill(undefined);
      for (const other of ports) other.postMessage(sums);
    };
  });
}
