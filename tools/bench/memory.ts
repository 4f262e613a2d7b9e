/**
 * What training on thousands of pictures takes: both phases, or from scratch on a binary set, through the page, its process
 * watched all the while.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveImages } from '../../e2e/drive/give.ts';
import { AS_PROPOSED, train } from '../../e2e/drive/train.ts';
import { withVisit } from '../../e2e/drive/visit.ts';
import type { Person } from '../../e2e/pages/person.ts';
import { readObstacles } from '../../e2e/pages/readings.ts';
import { ensureBuilt } from '../build.ts';
import { SetupError, say } from '../say.ts';
import { type MemoryOptions, readMemoryOptions } from './memoryOptions.ts';
import { writePictures } from './memoryPictures.ts';
import { writeSet } from './memorySet.ts';
import { EAGER_MEASURE_FLAG, type MemoryReading, watchPageMemory } from './memoryWatch.ts';
import { noteWasmMemories } from './wasmMemory.ts';

const LOOK_EVERY_MS = 500;

/** Presses the button that ends a run early, once the second phase has gone on for so long. */
async function finishEarly({ page, main }: Person, seconds: number, isOver: () => boolean): Promise<void> {
  const frozen = main.getByRole('progressbar', { name: /^Running the part that stays as it is/ });
  const epochs = main.getByRole('progressbar', { name: 'Rounds through all pictures (epochs)' });
  const button = main.getByRole('button', { name: 'Stop early and keep' });
  let isFirstOver = false;
  // What is frozen runs between the two phases.
  const isTuning = async () => {
    isFirstOver ||= (await frozen.count()) > 0;
    return isFirstOver && (await epochs.count()) > 0;
  };
  let sinceMs: number | null = null;
  while (!isOver()) {
    if (sinceMs === null && (await isTuning())) sinceMs = performance.now();
    if (sinceMs !== null && performance.now() - sinceMs > seconds * 1000) {
      // In one go: the run may be over by itself at any moment, and the button with it.
      const pressed = await button.evaluateAll((found) => found.map((one) => (one as HTMLElement).click()));
      if (pressed.length > 0) return;
    }
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
}

async function trainBothPhases(person: Person, fineTuneSeconds: number | null): Promise<void> {
  let isOver = false;
  const finishing =
    fineTuneSeconds === null ? Promise.resolve() : finishEarly(person, fineTuneSeconds, () => isOver);
  finishing.catch(() => undefined);
  const { model } = await train(person, {
    ...AS_PROPOSED,
    ...{ seed: 1, epochs: 1, fineTuneEpochs: 1 },
  });
  isOver = true;
  await finishing;
  if (!model.curve.some(({ phase }) => phase === 'fineTune'))
    throw new Error('the app did not go through both phases');
}

const megabytes = (bytes: number | null) =>
  bytes === null ? 'not known here' : `${(bytes / 1e6).toFixed(0)} MB`;

function toTable({ stages, scriptBytes, engineWasmBytes }: MemoryReading): string {
  const rows = [
    ...stages.map(({ doing, processBytes }) => [doing, megabytes(processBytes)] as const),
    ...Object.entries(scriptBytes).map(
      ([name, bytes]) => [`of it, ${name}, without WebAssembly`, megabytes(bytes)] as const,
    ),
    ['of it, engine.worker, WebAssembly alone', megabytes(engineWasmBytes || null)] as const,
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    "The page's process with all its workers, at its highest:",
    ...rows.map(([label, value]) => `${label.padEnd(width)}  ${value.padStart(8)}`),
  ].join('\n');
}

/** A plain CNN, once through all of them. */
async function trainFromScratch(person: Person): Promise<void> {
  await train(person, {
    ...AS_PROPOSED,
    ...{ fromScratch: 'Plain CNN', cropAndFlip: true, seed: 1, epochs: 1 },
  });
}

async function measure(options: MemoryOptions): Promise<MemoryReading> {
  const { pictures, isSet, fineTuneSeconds, dist } = options;
  const folder = await mkdtemp(join(tmpdir(), 'headstart-pictures-'));
  const visit = { name: 'bench', dist, softwareWebGpu: false, flags: [EAGER_MEASURE_FLAG] };
  try {
    return await withVisit(visit, async (person, app) => {
      say(`Drawing ${pictures} pictures …`);
      const given = isSet ? join(folder, 'cifar-10.tar.gz') : folder;
      await (isSet ? writeSet(given, pictures) : writePictures(person.page, folder, pictures));
      person.page.on('worker', (worker) => void noteWasmMemories(worker));
      await person.open(app.url);
      const readMemory = await watchPageMemory(person.page);
      say('Giving the pictures …');
      const { images } = await giveImages(person, given);
      const problem = await readObstacles(person.page);
      if (images !== pictures || problem !== null)
        throw new SetupError(
          `The app took ${images} of ${pictures} pictures: ${problem ?? 'no reason given'}`,
        );
      say('Learning …');
      await (isSet ? trainFromScratch(person) : trainBothPhases(person, fineTuneSeconds));
      return readMemory();
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Prints a table, and with `--json` all figures. @throws SetupError in words for a person */
export async function benchMemory(args: readonly string[]): Promise<void> {
  const options = readMemoryOptions(args);
  if (options.dist === null) await ensureBuilt();
  const reading = await measure(options);
  say(`\n${toTable(reading)}`);
  if (options.json) say(JSON.stringify(reading));
}
