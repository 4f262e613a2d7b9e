/** Winograd's convolution on relaxed SIMD, which runs nowhere else. */
import { beforeAll } from 'vitest';
import relaxedUrl from './generated/relaxed.wasm?url&no-inline';
import { type CompiledKernels, compileKernels } from './kernels.ts';
import { describeWinograd } from './testWinograd.ts';

let compiled: CompiledKernels | null = null;

beforeAll(async () => {
  compiled = await compileKernels(async () => (await fetch(relaxedUrl)).arrayBuffer(), false, ['relaxed']);
});

describeWinograd(() => {
  if (!compiled) throw new Error('this browser does not run relaxed SIMD');
  return compiled;
});
