/** A network on the current backend, from values to values: heads are small, and fed with what others computed. */
import * as tf from '@tensorflow/tfjs-core';
import { inputNodeOf, type Network } from '../../../network/network.ts';
import { sizeOf } from '../../../network/shapes.ts';
import type { Forward } from '../forward.ts';
import { unlessLost } from '../unlessLost.ts';
import { activeBackend } from './activate.ts';
import { createExecutorOf } from './execute.ts';
import { named, withNames } from './named.ts';

/** @throws AppError `outOfMemory`; Error where no backend was brought up, or for a network without input */
export async function openOnTensorflow(network: Network): Promise<Forward> {
  const { shape } = inputNodeOf(network.nodes);
  const { lost } = activeBackend();
  const executor = named(() => createExecutorOf(network));
  return withNames<Forward>({
    lost,
    async run(rows, rowCount) {
      if (rows.length !== rowCount * sizeOf(shape)) throw new Error('rows of another shape');
      const values = tf.tensor(rows, [rowCount, ...shape]);
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
