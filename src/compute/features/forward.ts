/** The two ways through the backbone: on a TensorFlow.js backend, or on Headstart's own kernels. */
import * as tf from '@tensorflow/tfjs-core';
import type { TensorflowBackend } from '../../domain/backends.ts';
import { cutAfter } from '../../network/cut.ts';
import { createWeightReader } from '../../weights/lazy.ts';
import type { WeightsManifest } from '../../weights/manifest.ts';
import { activateBackend } from '../runtimes/choose/activate.ts';
import { createExecutor } from '../runtimes/tensorflow/execute.ts';
import { openTrunk, type TrunkImage } from '../runtimes/wasm/inference/packedNetwork.ts';

export interface Forward {
  /** Aborted, with an `AppError` as its reason, once the device is gone. */
  readonly lost: AbortSignal;
  /**
   * @param input `[rowCount, height, width, channels]`, preprocessed
   * @returns `[rowCount, …]`, the output of the last node
   */
  run(input: Float32Array<ArrayBuffer>, rowCount: number): Promise<Float32Array>;
  dispose(): void;
}

export interface TensorflowStart {
  readonly backend: TensorflowBackend;
  /** The backbone's bytes, float16, checked already. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** @param upTo the last node; null: up to the features @throws AppError `backendUnavailable` */
export async function createTensorflowForward(
  { backend, bytes }: TensorflowStart,
  manifest: WeightsManifest,
  upTo: string | null = null,
): Promise<Forward> {
  const active = await activateBackend(backend);
  const executor = createExecutor({
    nodes: nodesUpTo(manifest, upTo),
    weightOf: createWeightReader(manifest, 'backbone', bytes),
  });
  const { inputSizePx } = manifest;
  return {
    lost: active.lost,
    async run(input, rowCount) {
      const batch = tf.tensor4d(input, [rowCount, inputSizePx, inputSizePx, 3]);
      const output = executor.run(batch);
      const features = (await output.data()) as Float32Array;
      tf.dispose([batch, output]);
      return features;
    },
    dispose: () => executor.dispose(),
  };
}

/** Of a backbone, those that an output needs. */
export function nodesUpTo({ backboneId, nodes }: WeightsManifest, upTo: string | null) {
  return upTo === null ? nodes : cutAfter({ name: backboneId, nodes, weights: {} }, upTo).nodes;
}

/** A processor is never lost. */
const NEVER = new AbortController().signal;

export async function createTrunkForward(image: TrunkImage): Promise<Forward> {
  const trunk = await openTrunk(image);
  return {
    lost: NEVER,
    async run(input, rowCount) {
      const length = input.length / rowCount;
      const rows = Array.from({ length: rowCount }, (_, row) =>
        trunk.run(input.subarray(row * length, (row + 1) * length)),
      );
      const [first] = rows;
      if (first && rows.length === 1) return first;
      const features = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0));
      rows.forEach((row, place) => {
        features.set(row, place * row.length);
      });
      return features;
    },
    dispose: () => undefined,
  };
}

/** Where all of the network learns, nothing comes before it. */
export const PICTURE_ITSELF: Forward = {
  lost: NEVER,
  run: async (input) => input,
  dispose: () => undefined,
};
