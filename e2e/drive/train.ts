/** One training through the page, of any length, with a reload in its middle if asked for. */

import type { Page } from '@playwright/test';
import type { ModelRecord } from '../../src/domain/model.ts';
import { SetupError } from '../../tools/say.ts';
import { keptBackbones } from '../pages/kept.ts';
import { addWeights, chooseFromScratch, type FreezeTo, setFreezeTo } from '../pages/networks.ts';
import { timeTrainingSteps, waitPatiently } from '../pages/patience.ts';
import type { Person, Preset } from '../pages/person.ts';
import { toCount } from '../pages/readings.ts';
import { readModel } from './model.ts';

/** How long the app may take to look for an interrupted run. */
const OFFER_MS = 60_000;

export interface TrainChoices {
  /** Each null: as the app has it. */
  readonly preset: Preset | null;
  /** Id of a ready-made one, or a file. Set first: other choices change what it says. */
  readonly recipe: string | null;
  /** A network with fresh weights, by its title in the list. */
  readonly fromScratch: string | null;
  /** Of that network's input, px. */
  readonly inputSizePx: number | null;
  /** A file with weights to learn over or its address, and the title that the app must find for them. */
  readonly weights: string | null;
  readonly backbone: string | null;
  readonly freezeTo: FreezeTo | null;
  readonly batchSize: number | null;
  readonly learningRate: number | null;
  readonly epochs: number | null;
  readonly seed: number | null;
  /** Of the second phase; only with the preset `finetune`. */
  readonly fineTuneEpochs: number | null;
  readonly fineTuneRate: number | null;
  readonly augment: boolean;
  /** Mirrored, and moved within an edge of 4 pixels: as small pictures are augmented. */
  readonly cropAndFlip: boolean;
  readonly resumeAfterReload: boolean;
}

/** As the app proposes it. */
export const AS_PROPOSED: TrainChoices = {
  ...{
    preset: null,
    recipe: null,
    fromScratch: null,
    inputSizePx: null,
    weights: null,
    backbone: null,
    freezeTo: null,
    batchSize: null,
    learningRate: null,
  },
  ...{ epochs: null, seed: null, fineTuneEpochs: null, fineTuneRate: null },
  ...{ augment: false, cropAndFlip: false, resumeAfterReload: false },
};

export interface Trained {
  readonly id: string;
  readonly model: ModelRecord;
  /** Seconds of each step by its name on the screen; of one that was interrupted, both parts. */
  readonly steps: Readonly<Record<string, number>>;
  /** null: not asked for, or over before anything was kept. */
  readonly resumed: { readonly atEpoch: number; readonly epochs: number } | null;
}

const isAtResult = (page: Page) => new URL(page.url()).hash.startsWith('#/result/');

/** @throws SetupError where they are of another backbone than they should be */
async function addWeightsOf(person: Person, file: string, backbone: string | null): Promise<void> {
  await addWeights(person, file);
  // The profile is new: there are no others.
  const [added] = await keptBackbones(person.page);
  const found = added?.backboneId;
  if (backbone !== null && found !== backbone)
    throw new SetupError(`The app takes these weights for those of ${found}, not of ${backbone}.`);
}

async function makeChoices(person: Person, choices: TrainChoices): Promise<void> {
  const { preset, augment, epochs, seed, fineTuneEpochs, fineTuneRate } = choices;
  const { fromScratch, inputSizePx, batchSize, learningRate } = choices;
  await person.goTo('Train');
  if (choices.weights !== null) await addWeightsOf(person, choices.weights, choices.backbone);
  if (choices.recipe !== null) await person.followRecipe(choices.recipe);
  if (fromScratch !== null) await chooseFromScratch(person, fromScratch, inputSizePx);
  if (preset !== null) await person.choosePreset(preset);
  if (choices.freezeTo !== null) await setFreezeTo(person, choices.freezeTo);
  if (augment) await person.setAugmentation(true);
  if (choices.cropAndFlip) await person.setAugmentationPreset('Small pictures: mirrored, moved by 4 pixels');
  if (fineTuneEpochs !== null || fineTuneRate !== null)
    await person.setFineTuning({
      ...(fineTuneEpochs === null ? {} : { 'Rounds of fine-tuning (epochs)': fineTuneEpochs }),
      ...(fineTuneRate === null ? {} : { 'Speed of fine-tuning (learning rate)': fineTuneRate }),
    });
  const values = {
    ...(batchSize === null ? {} : { 'Pictures at a time (batch size)': batchSize }),
    ...(learningRate === null ? {} : { 'Speed of learning (learning rate)': learningRate }),
    ...(epochs === null ? {} : { 'Rounds at most (epochs)': epochs }),
    ...(seed === null ? {} : { 'Starting point of chance (seed)': seed }),
  };
  // What a tutorial sets, with or without early stopping, stays as it is.
  const isSet = choices.recipe !== null || fromScratch !== null;
  await person.setAdvanced(values, isSet ? null : true);
}

/** Epochs that the bar says are done; 0 while there is none. */
async function epochsShown(page: Page): Promise<number> {
  const texts = await page
    .getByRole('progressbar', { name: 'Rounds through all pictures (epochs)' })
    .evaluateAll((bars) => bars.map((bar) => bar.getAttribute('aria-valuetext')));
  return toCount(texts[0] ?? '0') || 0;
}

/** Epoch of the checkpoint as it lies on the disk; 0 while there is none. Reads all of it: not to be asked in vain. */
function epochKept(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('headstart');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const asking = database.transaction('checkpoint').objectStore('checkpoint').get('current');
          asking.onerror = () => reject(asking.error);
          asking.onsuccess = () => {
            database.close();
            resolve(asking.result?.snapshot.epoch ?? 0);
          };
        };
      }),
  );
}

/** Reloads as soon as an epoch is kept, while it learns. False: it came to its result first. */
async function reloadWhileLearning(page: Page, beforeReload: () => Promise<void>): Promise<boolean> {
  let isKept = false;
  await waitPatiently(page, async () => {
    isKept = (await epochsShown(page)) > 0 && (await epochKept(page)) > 0;
    return isKept || isAtResult(page);
  });
  if (!isKept) return false;
  await beforeReload();
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  return true;
}

/** Presses the button of the offer. Gives the epoch that it names. */
async function goOn(page: Page): Promise<number> {
  const panel = page.getByRole('region', { name: 'A training was interrupted' });
  await panel.waitFor({ timeout: OFFER_MS }).catch(() => {
    throw new SetupError('The app does not offer to go on with the training that the reload interrupted.');
  });
  const [, epoch = ''] = /epoch ([\d,]+) of/.exec(await panel.innerText()) ?? [];
  await panel.getByRole('button', { name: 'Go on', exact: true }).click();
  return toCount(epoch);
}

function sum(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, seconds] of parts.flatMap((part) => Object.entries(part)))
    total[name] = (total[name] ?? 0) + seconds;
  return total;
}

/** Waits for the result, however long that takes. @throws SetupError with the app's words */
export async function train(person: Person, choices: TrainChoices): Promise<Trained> {
  const { page, main } = person;
  await makeChoices(person, choices);
  const parts: Readonly<Record<string, number>>[] = [];
  let readSteps = await timeTrainingSteps(page);
  await person.pressTrain();
  let atEpoch: number | null = null;
  if (choices.resumeAfterReload) {
    const isReloaded = await reloadWhileLearning(page, async () => void parts.push(await readSteps()));
    if (isReloaded) {
      readSteps = await timeTrainingSteps(page);
      atEpoch = await goOn(page);
    } else console.error('The training was over before anything was kept of it: it was not interrupted.');
  }
  await waitPatiently(page, async () => isAtResult(page));
  parts.push(await readSteps());
  const id = decodeURIComponent(new URL(page.url()).hash.split('/').at(-1) ?? '');
  await main.getByRole('region', { name: 'What it was made of' }).waitFor();
  const model = await readModel(page, id);
  const resumed = atEpoch === null ? null : { atEpoch, epochs: model.curve.length };
  return { id, model, steps: sum(parts), resumed };
}
