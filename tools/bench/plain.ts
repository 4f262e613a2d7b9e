/** The plain way: the published model through `loadLayersModel` and `predict`, the head through `fit`. */
import type * as tfModule from '@tensorflow/tfjs';
import type * as wasmModule from '@tensorflow/tfjs-backend-wasm';
import { createCamera, measureFrameRate } from './frames.ts';
import { HEAD_BENCH } from './headApi.ts';
import { INPUT_PX, MEAN_BGR, makeCheckPicture, makePicture } from './pictures.ts';

/** The published scripts, as plain.html loads them: bundling breaks the threads of the WASM backend. */
declare const tf: typeof tfModule & { readonly wasm: typeof wasmModule };

let model: tfModule.LayersModel | null = null;
let nextPicture = 0;

/** Name of the published model's layer whose output are the features. */
const FEATURE_LAYER = 'avg_pool';

/**
 * The model's files one after the other. TensorFlow.js asks for all shards before it reads any; with more of them than
 * connections, unread answers hold every connection and the rest waits forever (Chromium, HTTP/1.1, no cache).
 */
async function fetchModel(): Promise<tfModule.io.ModelArtifacts> {
  const folder = new URL('/original/', location.href);
  const { modelTopology, format, weightsManifest } = (await (
    await fetch(new URL('model.json', folder))
  ).json()) as tfModule.io.ModelJSON;
  const weightData: ArrayBuffer[] = [];
  for (const path of weightsManifest.flatMap(({ paths }) => paths))
    weightData.push(await (await fetch(new URL(path, folder))).arrayBuffer());
  return {
    modelTopology,
    ...(format ? { format } : {}),
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData,
  };
}

function toInput(bitmap: ImageBitmap): tfModule.Tensor {
  const pixels = tf.image.resizeBilinear(tf.browser.fromPixels(bitmap), [INPUT_PX, INPUT_PX]);
  return tf.sub(tf.reverse(pixels, -1), tf.tensor1d([...MEAN_BGR])).expandDims(0);
}

/** Closes the bitmap. */
async function predict(bitmap: ImageBitmap, network: tfModule.LayersModel | null): Promise<Float32Array> {
  if (!network) throw new Error('predict before prepare');
  const output = tf.tidy(() => network.predict(toInput(bitmap)) as tfModule.Tensor);
  const values = (await output.data()) as Float32Array;
  bitmap.close();
  output.dispose();
  return values;
}

const bench = {
  async prepare(backend: string): Promise<{ threads: number }> {
    tf.wasm.setWasmPaths('/wasm/');
    if (!(await tf.setBackend(backend)) || tf.getBackend() !== backend) throw new Error(`no ${backend}`);
    await tf.ready();
    model = await tf.loadLayersModel(tf.io.fromMemory(await fetchModel()));
    return { threads: crossOriginIsolated ? navigator.hardwareConcurrency : 1 };
  },
  /** Seconds a picture. */
  async extract(count: number): Promise<number> {
    const pictures = [];
    for (let i = 0; i < count; i++) pictures.push(await makePicture(nextPicture++));
    const startMs = performance.now();
    for (const picture of pictures) await predict(await createImageBitmap(picture), model);
    return (performance.now() - startMs) / 1000 / count;
  },
  /** Features of the check picture. */
  async features(): Promise<number[]> {
    if (!model) throw new Error('features before prepare');
    const runnable = tf.model({ inputs: model.inputs, outputs: model.getLayer(FEATURE_LAYER).output });
    return Array.from(await predict(await makeCheckPicture(), runnable));
  },
  /** Frames a second, one after the other, as a loop over `fromPixels` and `predict` has it. */
  async frames(seconds: number): Promise<number> {
    return measureFrameRate(await createCamera(), (frame) => predict(frame, model), seconds, 1);
  },
  /** Seconds of an epoch over 1,000 pictures, the second of two: the first sets up. */
  async headEpoch(): Promise<number> {
    const { pictures, features, hiddenUnits, classes, batchSize } = HEAD_BENCH;
    const head = tf.sequential({
      layers: [
        tf.layers.dense({ units: hiddenUnits, activation: 'relu', inputShape: [features] }),
        tf.layers.dense({ units: classes, activation: 'softmax' }),
      ],
    });
    head.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const rows = tf.randomUniform([pictures, features]);
    const labels = Array.from({ length: pictures }, (_, row) => row % classes);
    const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), classes);
    const runEpoch = () => head.fit(rows, targets, { epochs: 1, batchSize, yieldEvery: 'never' });
    await runEpoch();
    const startMs = performance.now();
    await runEpoch();
    const elapsedMs = performance.now() - startMs;
    tf.dispose([rows, targets]);
    head.dispose();
    return elapsedMs / 1000;
  },
};
export type PlainBench = typeof bench;
Object.assign(globalThis, { bench });
