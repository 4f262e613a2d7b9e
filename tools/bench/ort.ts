/** ONNX Runtime Web on the same backbone: its WebAssembly provider at its best, pictures through a canvas. */
import type * as ortModule from 'onnxruntime-web';
import { INPUT_PX, makeCheckPicture, makePicture } from './pictures.ts';

/** The published script, as ort.html loads it: bundling would have to carry its threads' files along. */
declare const ort: typeof ortModule;

const PLANE = INPUT_PX * INPUT_PX;
const canvas = new OffscreenCanvas(INPUT_PX, INPUT_PX);
const context = canvas.getContext('2d', { willReadFrequently: true });

let session: ortModule.InferenceSession | null = null;
let nextPicture = 0;

/** `[1, 224, 224, 3]`, 0–255: the file preprocesses itself. Closes the bitmap. */
function toInput(bitmap: ImageBitmap): ortModule.Tensor {
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0, INPUT_PX, INPUT_PX);
  bitmap.close();
  const { data } = context.getImageData(0, 0, INPUT_PX, INPUT_PX);
  const values = new Float32Array(3 * PLANE);
  for (let i = 0; i < PLANE; i++) {
    values[3 * i] = data[4 * i] as number;
    values[3 * i + 1] = data[4 * i + 1] as number;
    values[3 * i + 2] = data[4 * i + 2] as number;
  }
  return new ort.Tensor('float32', values, [1, INPUT_PX, INPUT_PX, 3]);
}

async function run(bitmap: ImageBitmap): Promise<Float32Array> {
  const [inputName = ''] = session?.inputNames ?? [];
  const [outputName = ''] = session?.outputNames ?? [];
  const outputs = await session?.run({ [inputName]: toInput(bitmap) });
  const features = outputs?.[outputName];
  if (!features) throw new Error('run before prepare');
  return features.data as Float32Array;
}

const bench = {
  /** @param modelUrl of the `.onnx` file */
  async prepare(modelUrl: string): Promise<{ threads: number }> {
    if (!crossOriginIsolated) throw new Error('ONNX Runtime needs isolation for its threads');
    const threads = navigator.hardwareConcurrency;
    ort.env.wasm.wasmPaths = '/ort/';
    ort.env.wasm.numThreads = threads;
    session = await ort.InferenceSession.create(modelUrl, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
    });
    return { threads };
  },
  /** Seconds a picture, decoding included. */
  async extract(count: number): Promise<number> {
    const pictures = [];
    for (let i = 0; i < count; i++) pictures.push(await makePicture(nextPicture++));
    const startMs = performance.now();
    for (const picture of pictures) await run(await createImageBitmap(picture));
    return (performance.now() - startMs) / 1000 / count;
  },
  /** Features of the check picture. */
  async features(): Promise<number[]> {
    return Array.from(await run(await makeCheckPicture()));
  },
};
export type OrtBench = typeof bench;
Object.assign(globalThis, { bench });
