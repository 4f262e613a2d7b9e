/** The way through the backbone on a TensorFlow.js backend. */
import * as tf from '@tensorflow/tfjs-core';
import type { TensorflowBackend } from '../../../domain/backends.ts';
import { createWeightReader } from '../../../weights/lazy.ts';
import type { WeightsManifest } from '../../../weights/manifest.ts';
import { activateBackend } from '../choose/activate.ts';
import { type Forward, nodesUpTo } from '../forward.ts';
import { createExecutor } from './execute.ts';
import { named, withNames } from './named.ts';

export interface TensorflowStart {
  readonly backend: TensorflowBackend;
  /** The backbone's bytes, float16, checked already. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** @param upTo the last node; null: up to the features @throws AppError `backendUnavailable`, `outOfMemory` */
export async function createTensorflowForward(
  { backend, bytes }: TensorflowStart,
  manifest: WeightsManifest,
  upTo: string | null = null,
): Promise<Forward> {
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
