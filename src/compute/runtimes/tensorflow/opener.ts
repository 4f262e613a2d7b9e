/** The way through the backbone on a TensorFlow.js backend. */
import * as tf from '@tensorflow/tfjs-core';
import type { TensorflowBackend } from '../../../domain/backends.ts';
import { createWeightReader } from '../../../weights/lazy.ts';
import { type BackboneBytes, type Forward, type ForwardOpener, nodesUpTo } from '../forward.ts';
import { activateBackend } from './activate.ts';
import { createExecutor } from './execute.ts';
import { named, withNames } from './named.ts';

export interface TensorflowStart extends BackboneBytes {
  readonly backend: TensorflowBackend;
  /** The last node; null: up to the features. */
  readonly upTo: string | null;
}

declare module '../forward.ts' {
  interface ForwardStarts {
    readonly tensorflow: TensorflowStart;
  }
}

/** @throws AppError `backendUnavailable`, `outOfMemory` */
async function open({ backend, manifest, bytes, upTo }: TensorflowStart): Promise<Forward> {
  const active = await activateBackend(backend);
  const weightOf = createWeightReader(manifest, 'backbone', bytes);
  const executor = named(() => createExecutor({ nodes: nodesUpTo(manifest, upTo), weightOf }));
  const { inputSizePx } = manifest;
  return withNames<Forward>({
    lost: active.lost,
    async run(input, rowCount) {
      const batch = tf.tensor4d(input, [rowCount, inputSizePx, inputSizePx, 3]);
      const output = executor.run(batch);
      const features = (await output.data()) as Float32Array;
      tf.dispose([batch, output]);
      return features;
    },
    dispose: () => executor.dispose(),
  });
}

export const opener: ForwardOpener<'tensorflow'> = { open };
