/** All that a build of the kernels has to pass, in Node and in the browser. */
import { beforeAll, describe } from 'vitest';
import type { CompiledKernels } from '../../compute/runtimes/wasm/builds.ts';
import { describeContract } from './contractTests.ts';
import { describeKernels } from './kernelTests.ts';
import { describeLimits } from './limitTests.ts';
import { describeMemory } from './memoryTests.ts';
import { describeWinograd } from './winogradTests.ts';

/** @param open compiles the build; called once */
export function describeBuild(title: string, open: () => Promise<CompiledKernels>): void {
  describe(title, () => {
    let opened: CompiledKernels | null = null;
    beforeAll(async () => {
      opened = await open();
    });
    const compiled = (): CompiledKernels => {
      if (!opened) throw new Error('the build is not there yet');
      return opened;
    };
    describeContract(compiled);
    describeKernels(compiled);
    describeWinograd(compiled);
    describeLimits(compiled);
    describeMemory(compiled);
  });
}
