/** Brings up one TensorFlow.js backend in this worker and tells what it really is. */

import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { setWebGLContext } from '@tensorflow/tfjs-backend-webgl';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import plainWasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdWasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type { TensorflowBackend } from '../../../domain/backends.ts';
import { AppError } from '../../../shared/errors.ts';
import { watchHeap } from './heap.ts';

export interface ActiveBackend {
  readonly name: TensorflowBackend;
  /** What the driver calls itself. */
  readonly device: string;
  /** Drawn by the CPU in disguise. */
  readonly software: boolean;
  /** Renders in 16 bits only. */
  readonly float16Only: boolean;
  /** Aborted, with an `AppError` as its reason, once the device is gone or its memory has run out. */
  readonly lost: AbortSignal;
}

const WEBGL_ERROR_EVERY_MS = 1000;

const SOFTWARE_DEVICE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/**
 * Before any backend is asked for: where WebGPU fails TensorFlow.js falls back to WASM by itself, and a WASM that
 * could not find its binary then stays broken.
 */
function setUpWasm(): void {
  // One thread a worker: threads inside one backend hardly scale, workers do, and the binary with threads
  // would need cross-origin isolation and a worker made of a blob.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setThreadsCount(1);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainWasmUrl,
    'tfjs-backend-wasm-simd.wasm': simdWasmUrl,
    'tfjs-backend-wasm-threaded-simd.wasm': simdWasmUrl,
  });
}

setUpWasm();

type Watched = Pick<ActiveBackend, 'device' | 'software'>;

/** @throws Error where there is no adapter: TensorFlow.js would stumble over it and fall back to another backend. */
async function findAdapter(): Promise<GPUAdapter> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('no WebGPU adapter');
  return adapter;
}

function watchWebGpu(adapter: GPUAdapter, lost: AbortController): Watched {
  const { device } = tf.backend() as WebGPUBackend;
  const lose = (message: string) => lost.abort(new AppError('deviceLost', { backend: 'webgpu', message }));
  void device.lost.then(({ reason, message }) => {
    // 'destroyed' is our own dispose().
    if (reason !== 'destroyed') lose(message);
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    if (error instanceof GPUOutOfMemoryError) lost.abort(new AppError('outOfMemory', {}, { cause: error }));
    else lose(error.message);
  });
  const name = [adapter.info.vendor, adapter.info.architecture, adapter.info.description]
    .filter(Boolean)
    .join(' ');
  return { device: name, software: SOFTWARE_DEVICE.test(name) };
}

/** A context of our own, handed to TensorFlow.js before it makes one, since only its canvas tells of its loss. */
function setUpWebGl(lost: AbortController): Watched {
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false });
  if (!gl) throw new Error('no WebGL 2');
  canvas.addEventListener('webglcontextlost', () => {
    lost.abort(new AppError('deviceLost', { backend: 'webgl', message: 'context lost' }));
  });
  setWebGLContext(2, gl);
  // No event tells of it, and what was computed meanwhile is wrong. Asking waits for the GPU, so not at each step.
  setInterval(() => {
    if (gl.getError() === gl.OUT_OF_MEMORY) lost.abort(new AppError('outOfMemory'));
  }, WEBGL_ERROR_EVERY_MS);
  const debugInfo = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(debugInfo ? debugInfo.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  return { device: renderer, software: SOFTWARE_DEVICE.test(renderer) };
}

/** A backend that fails leaves the next one running without throwing: only the name tells. */
async function makeCurrent(name: TensorflowBackend): Promise<void> {
  const isSet = await tf.setBackend(name);
  await tf.ready();
  if (!isSet || tf.getBackend() !== name) throw new Error(`running on ${tf.getBackend()} instead`);
}

async function bringUp(name: TensorflowBackend): Promise<ActiveBackend> {
  const lost = new AbortController();
  const adapter = name === 'webgpu' ? await findAdapter() : null;
  let watched: Watched = name === 'webgl' ? setUpWebGl(lost) : { device: 'CPU', software: false };
  await makeCurrent(name);
  if (adapter) watched = watchWebGpu(adapter, lost);
  if (name === 'wasm') watchHeap(lost);
  const float16Only = name === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED');
  return { name, ...watched, float16Only, lost: lost.signal };
}

/** TensorFlow.js makes each backend once: a second context of ours would be watched, and the first one used. */
const activated = new Map<TensorflowBackend, ActiveBackend>();

/**
 * Makes `name` the current backend.
 * @throws AppError `backendUnavailable` if this browser or machine does not have it.
 */
export async function activateBackend(name: TensorflowBackend): Promise<ActiveBackend> {
  try {
    const known = activated.get(name);
    if (known) {
      await makeCurrent(name);
      return known;
    }
    const active = await bringUp(name);
    activated.set(name, active);
    return active;
  } catch (cause) {
    throw new AppError('backendUnavailable', { backend: name }, { cause });
  }
}

/** The current one. @throws Error where none was brought up */
export function activeBackend(): ActiveBackend {
  const active = [...activated.values()].find(({ name }) => name === tf.getBackend());
  if (!active) throw new Error('no backend was brought up');
  return active;
}
