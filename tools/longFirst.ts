/** The order of Vitest's files: one that takes a minute, come upon last, would keep one worker busy and the other idle. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ROOT } from './paths.ts';

/** Longest first. The others go by their sizes, as Vitest has it where it remembers no run. */
const LONG = [
  'src/compute/runtimes/tensorflow/training/layerTrainer.browser.test.ts',
  'src/compute/jobs/imagenet.browser.test.ts',
  'src/compute/runtimes/wasm/training/partTrainer.browser.test.ts',
  'src/compute/runtimes/wasm/inference/kernels.browser.test.ts',
  'src/compute/training/training.browser.test.ts',
  'src/compute/training/overfit.browser.test.ts',
].map((file) => join(ROOT, file));

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = LONG.find((file) => !existsSync(file));
    if (gone !== undefined) throw new Error(`tools/longFirst.ts names ${gone}, which is not there`);
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = LONG.indexOf(moduleId);
      return place === -1 ? LONG.length : place;
    };
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}
