/** The kernels in Node, which runs the plain build everywhere: what a change breaks shows before a browser starts. */
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { describeBuild } from '../../../../testing/wasm/buildTests.ts';
import { runMany } from '../../../../testing/wasm/memoryTests.ts';
import { type CompiledKernels, compileKernels } from '../builds.ts';

async function openPlain(): Promise<CompiledKernels> {
  const fetchBuild = () => readFile(new URL('./generated/plain.wasm', import.meta.url));
  const compiled = await compileKernels(fetchBuild, false, ['plain']);
  if (!compiled) throw new Error('Node runs no SIMD');
  return compiled;
}

describeBuild('plain SIMD', openPlain);

describe('compileKernels', () => {
  const plain = () => readFile(new URL('./generated/plain.wasm', import.meta.url));
  /** A module with an instruction that there is not. */
  const unknown = Uint8Array.of(
    0,
    97,
    115,
    109,
    1,
    0,
    0,
    0,
    1,
    4,
    1,
    96,
    0,
    0,
    3,
    2,
    1,
    0,
    10,
    5,
    1,
    3,
    0,
    253,
    255,
  );

  it('takes the next build where the best is not understood', async () => {
    const asked: string[] = [];
    const compiled = await compileKernels(async (build) => {
      asked.push(build);
      return build === 'relaxed' ? unknown : plain();
    }, false);
    expect(asked).toEqual(['relaxed', 'plain']);
    expect(compiled).toMatchObject({ build: 'plain', isShared: false });
  });

  it('gives null where none is', async () => {
    expect(await compileKernels(async () => unknown, false)).toBeNull();
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** JavaScript's heap and the buffers beside it, without what nobody holds any more. */
async function heldBytes(): Promise<number> {
  // Buffers are freed behind the back of the first collection.
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await setTimeout(10);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it.each(['float32', 'int8'] as const)('1,000 pictures in %s leave nothing behind', async (arithmetic) => {
  const { memoryBytes, heapBytes } = await runMany(await openPlain(), arithmetic, 1000, heldBytes);
  expect(memoryBytes).toBe(0);
  // A hundred bytes a picture would show.
  expect(heapBytes).toBeLessThan(100_000);
});
