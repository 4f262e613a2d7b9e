/**
 * `npm run bench -- scratch`: a small network from scratch, trained through the page as its tutorial does, and with
 * `--against pytorch` the same by PyTorch on the same processors right afterwards.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { giveImages } from '../../e2e/drive/give.ts';
import { AS_PROPOSED, train } from '../../e2e/drive/train.ts';
import { withVisit } from '../../e2e/drive/visit.ts';
import { ensureBuilt } from '../build.ts';
import { SetupError, say } from '../say.ts';
import { readScratchOptions, SCRATCH_NETWORKS, type ScratchOptions } from './scratchOptions.ts';
import { ourAccuracy, type ScratchRun, toScratchTable } from './scratchResult.ts';

const PROGRAM = join(import.meta.dirname, 'scratch.py');
const pythonSchema = z.object({
  secondsPerEpoch: z.number(),
  losses: z.array(z.number()),
  testAccuracy: z.number(),
});

async function byHeadstart(
  options: ScratchOptions,
  seed: number,
): Promise<{ readonly run: ScratchRun; readonly trainingPictures: number }> {
  const { images, network, epochs, batchSize, learningRate, dist } = options;
  const { title, cropAndFlip } = SCRATCH_NETWORKS[network];
  const visit = { name: 'bench', dist, softwareWebGpu: false };
  return withVisit(visit, async (person, app) => {
    await person.open(app.url);
    await giveImages(person, images);
    const { model } = await train(person, {
      ...AS_PROPOSED,
      ...{ fromScratch: title, epochs, seed, batchSize, learningRate, cropAndFlip },
    });
    const { curve, metrics, data } = model;
    if (!metrics.test) throw new Error('the run was not tested');
    const trainingPictures = data.counts.reduce((sum, counts) => sum + counts.train, 0);
    const run: ScratchRun = {
      ...{ way: 'headstart', seed },
      secondsPerEpoch: (curve.at(-1)?.elapsedMs ?? 0) / 1000 / curve.length,
      losses: curve.map(({ loss }) => loss),
      testAccuracy: metrics.test.accuracy,
    };
    return { run, trainingPictures };
  });
}

/** @throws SetupError where Python or PyTorch is not there */
async function byPytorch(
  options: ScratchOptions,
  seed: number,
  trainingPictures: number,
): Promise<ScratchRun> {
  const { images, network, epochs, batchSize, learningRate } = options;
  const args = [network, images, epochs, batchSize, learningRate, seed, trainingPictures].map(String);
  const python = process.env.PYTHON ?? 'python3';
  const { stdout } = await promisify(execFile)(python, [PROGRAM, ...args]).catch((thrown: Error) => {
    throw new SetupError(
      `PyTorch could not be run by ${python}; PYTHON may name another.\n${thrown.message}`,
    );
  });
  return { way: 'pytorch', seed, ...pythonSchema.parse(JSON.parse(stdout)) };
}

/** Prints a table, and with `--json` all figures. @throws SetupError in words for a person, and below the accuracy asked for */
export async function benchScratch(args: readonly string[]): Promise<void> {
  const options = readScratchOptions(args);
  if (options.dist === null) await ensureBuilt();
  const runs: ScratchRun[] = [];
  for (const seed of options.seeds) {
    say(`Seed ${seed} …`);
    const { run, trainingPictures } = await byHeadstart(options, seed);
    runs.push(run);
    if (options.againstPytorch) runs.push(await byPytorch(options, seed, trainingPictures));
  }
  say(`\n${toScratchTable(runs)}`);
  if (options.json) say(JSON.stringify(runs));
  const { leastAccuracy, epochs } = SCRATCH_NETWORKS[options.network];
  if (options.epochs >= epochs && ourAccuracy(runs) < leastAccuracy)
    throw new SetupError(`Below ${leastAccuracy} on average.`);
}
