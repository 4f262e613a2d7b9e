/** Every build of the kernels in the browser; the relaxed ones run nowhere else. */

import { describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { describeBuild } from '../../../../testing/wasm/buildTests.ts';
import { runMany } from '../../../../testing/wasm/memoryTests.ts';
import { type CompiledKernels, compileKernels, type KernelBuild } from '../builds.ts';
import { createGrowingMemory } from '../memory.ts';
import plainUrl from './generated/plain.wasm?url&no-inline';
import plainSharedUrl from './generated/plain-shared.wasm?url&no-inline';
import relaxedUrl from './generated/relaxed.wasm?url&no-inline';
import relaxedSharedUrl from './generated/relaxed-shared.wasm?url&no-inline';
import { loadInferenceKernels } from './loadInferenceKernels.ts';

const BUILDS = [
  ['relaxed SIMD', 'relaxed', false, relaxedUrl],
  ['plain SIMD', 'plain', false, plainUrl],
  ['relaxed SIMD over shared memory', 'relaxed', true, relaxedSharedUrl],
  ['plain SIMD over shared memory', 'plain', true, plainSharedUrl],
] as const satisfies readonly (readonly [string, KernelBuild, boolean, string])[];

async function open(build: KernelBuild, isShared: boolean, url: string): Promise<CompiledKernels> {
  const fetchBuild = async () => (await fetch(url)).arrayBuffer();
  const compiled = await compileKernels(fetchBuild, isShared, [build]);
  if (!compiled) throw new Error(`this browser does not run ${build} SIMD`);
  return compiled;
}

for (const [title, build, isShared, url] of BUILDS) describeBuild(title, () => open(build, isShared, url));

/** JavaScript's heap and the buffers beside it, without what nobody holds any more. */
async function heapBytes(): Promise<number> {
  const session = cdp() as { send(method: string): Promise<unknown> };
  await session.send('HeapProfiler.collectGarbage');
  const usage = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize: number;
  };
  return usage.usedSize + usage.backingStorageSize;
}

describe.each(BUILDS)('on %s', (_, build, isShared, url) => {
  it('the memory is of the kind that was asked for', async () => {
    const { buffer } = createGrowingMemory(await open(build, isShared, url));
    expect(buffer.constructor.name).toBe(isShared ? 'SharedArrayBuffer' : 'ArrayBuffer');
  });

  it.each(['float32', 'int8'] as const)('1,000 pictures in %s leave nothing behind', async (arithmetic) => {
    const compiled = await open(build, isShared, url);
    const grown = await runMany(compiled, arithmetic, 1000, heapBytes);
    expect(grown.memoryBytes).toBe(0);
    // The pictures themselves are 12 MB, and a hundred bytes each would show.
    expect(grown.heapBytes).toBeLessThan(100_000);
  });
});

it('this browser takes the relaxed build, over shared memory where the page is isolated', async () => {
  expect(await loadInferenceKernels()).toMatchObject({ build: 'relaxed', isShared: crossOriginIsolated });
});
