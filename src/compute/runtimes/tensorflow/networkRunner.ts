/** A trained network on the current backend, from values to values: heads are small, and fed with what others computed. */
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../../../network/network.ts';
import { unlessLost } from '../choose/unlessLost.ts';
import { createExecutorOf } from './execute.ts';
import { named, withNames } from './named.ts';

export interface NetworkRunner {
  /**
   * @param rows `[count, …]`, of the shape of the network's input
   * @returns `[count, …]`, the output of its last node
   * @throws AppError `deviceLost`, `outOfMemory`
   */
  run(rows: Float32Array<ArrayBuffer>): Promise<Float32Array>;
  dispose(): void;
}

/** @param lost aborted with an `AppError` when the backend's device is gone */
export function createNetworkRunner(network: Network, lost: AbortSignal): NetworkRunner {
  const [input] = network.nodes;
  if (input?.op !== 'input') throw new Error('a network begins with its input');
  const { shape } = input;
  const width = shape.reduce((product, side) => product * side, 1);
  const executor = named(() => createExecutorOf(network));
  return withNames<NetworkRunner>({
    async run(rows) {
      const values = tf.tensor(rows, [rows.length / width, ...shape]);
      const output = executor.run(values);
      values.dispose();
      try {
        return (await unlessLost(lost, output.data())) as Float32Array;
      } finally {
        output.dispose();
      }
    },
    dispose: () => executor.dispose(),
  });
}
