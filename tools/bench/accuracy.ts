/**
 * How much more a thorough training gets right than a quick one, on real photos and through the page: for each seed the
 * head alone, then both phases with augmentation.
 */
import { existsSync } from 'node:fs';
import { giveImages } from '../../e2e/drive/give.ts';
import { AS_PROPOSED, train } from '../../e2e/drive/train.ts';
import { withVisit } from '../../e2e/drive/visit.ts';
import type { Person, Preset } from '../../e2e/pages/person.ts';
import { readObstacles } from '../../e2e/pages/readings.ts';
import { ensureBuilt } from '../build.ts';
import { SetupError, say } from '../say.ts';
import { type AccuracyOptions, readAccuracyOptions } from './accuracyOptions.ts';
import {
  type AccuracyRun,
  type SeedResult,
  toAccuracyTable,
  toLine,
  toResult,
  toRun,
} from './accuracyResult.ts';

async function givePictures(person: Person, images: string): Promise<void> {
  say('Giving the pictures …');
  const { images: count, classes, split } = await giveImages(person, images);
  const problem = await readObstacles(person.page);
  if (count === 0 || problem !== null)
    throw new SetupError(`The app cannot train on ${images}: ${problem ?? 'no pictures'}`);
  if (!split || split.test === 0) throw new SetupError(`There are no test pictures in ${images}.`);
  const source = split.source === 'folders' ? 'as in the folders' : 'drawn by the app';
  const parts = `${split.train} to learn from, ${split.validation} for validation, ${split.test} for the test`;
  say(`${count} pictures in ${classes} classes: ${parts} (${source})`);
}

async function trainOnce(
  person: Person,
  preset: Preset,
  seed: number,
  { fineTuneEpochs, fineTuneRate }: Pick<AccuracyOptions, 'fineTuneEpochs' | 'fineTuneRate'>,
): Promise<AccuracyRun> {
  const isThorough = preset === 'finetune';
  say(`Seed ${seed}, ${isThorough ? 'two phases with augmentation' : 'head only'} …`);
  const startMs = performance.now();
  const { model } = await train(person, {
    ...AS_PROPOSED,
    ...{ preset, seed },
    fineTuneEpochs: isThorough ? fineTuneEpochs : null,
    fineTuneRate: isThorough ? fineTuneRate : null,
  });
  const { settings } = model;
  if (Boolean(settings.fineTune) !== isThorough || Boolean(settings.augmentation) !== isThorough)
    throw new Error(`the app did not train as chosen: ${JSON.stringify(settings)}`);
  const run = toRun(model, (performance.now() - startMs) / 1000);
  say(`Seed ${seed}: ${toLine(run)}`);
  return run;
}

/** Prints a table, and with `--json` all figures. @throws SetupError in words for a person */
export async function benchAccuracy(args: readonly string[]): Promise<void> {
  const options = readAccuracyOptions(args);
  const { images, seeds, dist } = options;
  if (!existsSync(images))
    throw new SetupError(
      `There is no ${images}. Name a folder with one sub-folder a class (in train, validation and test, or not) ` +
        'with --images DIR.',
    );
  if (dist === null) await ensureBuilt();
  const results: SeedResult[] = [];
  await withVisit({ name: 'bench', dist, softwareWebGpu: false }, async (person, app) => {
    await person.open(app.url);
    await givePictures(person, images);
    for (const seed of seeds) {
      const headOnly = await trainOnce(person, 'head', seed, options);
      const twoPhases = await trainOnce(person, 'finetune', seed, options);
      results.push({ seed, headOnly, twoPhases });
    }
  });
  const result = toResult(results);
  say(`\n${toAccuracyTable(result)}`);
  if (options.json) say(JSON.stringify(result));
}
