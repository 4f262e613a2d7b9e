/** Trains on any folder through the page, as a person would, and tells in one JSON object how it went. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import type { Metrics } from '../src/evaluation/types.ts';
import type { ModelRecord } from '../src/storage/records.ts';
import { ensureBuilt } from '../tools/build.ts';
import { CHROMIUM_FLAGS, ensureChromium, SOFTWARE_WEBGPU_FLAGS } from '../tools/chromium.ts';
import { runMain, SetupError, say } from '../tools/say.ts';
import { type ServedApp, serveDist } from '../tools/serve.ts';
import { type Classified, classifyFolder } from './pages/classified.ts';
import { answerDialog, timeTrainingSteps, waitPatiently } from './pages/patience.ts';
import { Person } from './pages/person.ts';
import { type DatasetReading, readBackend, readDataset, readModel, readObstacles } from './pages/readings.ts';

const BACKENDS = ['webgpu', 'webgl', 'cpu', 'wasm', 'auto'] as const;
const STEP_NAMES = {
  weights: 'Get the network ready',
  features: 'Look at the pictures',
  training: 'Learn',
  saving: 'Check and save',
} as const;

/** Nothing moving for so long means that there was nothing to read. */
const QUIET_MS = 10_000;

const USAGE = `npm run drive -- --images DIR_OR_ARCHIVE [options]
  --images PATH       folder with one sub-folder a class, or a .zip, .tar.gz, .tgz, .tar of one
  --classify DIR      classify every file in this folder afterwards
  --backend NAME      ${BACKENDS.join(', ')}
  --exact             float32 even where 8-bit integers are faster
  --epochs N          rounds at most
  --seed N            of the training run
  --export tfjs:FILE  download the model's zip to FILE
  --offline           from the reload on without the network and without the server
  --dist DIR          a build that is there already`;

interface Options {
  readonly images: string;
  readonly classify: string | null;
  readonly backend: (typeof BACKENDS)[number];
  readonly exact: boolean;
  readonly epochs: number | null;
  readonly seed: number | null;
  readonly exports: readonly { readonly format: 'tfjs'; readonly file: string }[];
  readonly offline: boolean;
  readonly dist: string | null;
}

function toWhole(text: string | undefined, name: string, smallest: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < smallest)
    throw new SetupError(`--${name} is a whole number from ${smallest}`);
  return value;
}

function toExport(text: string): Options['exports'][number] {
  const [, file] = /^tfjs:(.+)$/.exec(text) ?? [];
  if (file === undefined) throw new SetupError('--export is tfjs:FILE.zip');
  return { format: 'tfjs', file: resolve(file) };
}

/** Like `parseArgs`, but what is wrong is told in one line. */
function parse() {
  try {
    return parseArgs({
      options: {
        images: { type: 'string' },
        classify: { type: 'string' },
        backend: { type: 'string', default: 'auto' },
        exact: { type: 'boolean', default: false },
        epochs: { type: 'string' },
        seed: { type: 'string' },
        export: { type: 'string', multiple: true, default: [] },
        offline: { type: 'boolean', default: false },
        dist: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function readOptions(): Options {
  const values = parse();
  if (!values.images) throw new SetupError(USAGE);
  const backend = BACKENDS.find((name) => name === values.backend);
  if (!backend) throw new SetupError(`--backend is one of ${BACKENDS.join(', ')}`);
  return {
    images: resolve(values.images),
    classify: values.classify === undefined ? null : resolve(values.classify),
    backend,
    exact: values.exact,
    epochs: toWhole(values.epochs, 'epochs', 1),
    seed: toWhole(values.seed, 'seed', 0),
    exports: values.export.map(toExport),
    offline: values.offline,
    dist: values.dist === undefined ? null : resolve(values.dist),
  };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    throw new SetupError(`There is no ${path}`);
  }
}

async function giveImages(person: Person, images: string): Promise<DatasetReading> {
  const { page, main, notices } = person;
  const button = (await isFolder(images)) ? 'Choose a folder' : 'Choose files';
  await answerDialog(page, main.getByRole('button', { name: button, exact: true }), images);
  // The last words about the files that came: whatever else is said meanwhile, these have one of these in them.
  const words = notices.getByText(/added|already (there|in their class)|left out/).last();
  let quietSinceMs = performance.now();
  // Files that nobody would call pictures or miss, like .DS_Store, are left out without a word.
  const isOver = async () => {
    if (await words.isVisible()) return true;
    if (await main.getByRole('progressbar').first().isVisible()) quietSinceMs = performance.now();
    return performance.now() - quietSinceMs > QUIET_MS;
  };
  await waitPatiently(page, isOver);
  return readDataset(page, (await words.isVisible()) ? await words.innerText() : '');
}

interface Trained {
  readonly id: string;
  readonly model: ModelRecord;
  readonly steps: Readonly<Record<string, number>>;
}

async function train(person: Person, { epochs, seed }: Options): Promise<Trained> {
  const { page } = person;
  await person.goTo('Train');
  await person.setAdvanced({
    ...(epochs === null ? {} : { 'Rounds at most (epochs)': epochs }),
    ...(seed === null ? {} : { 'Starting point of chance (seed)': seed }),
  });
  const readSteps = await timeTrainingSteps(page);
  await person.pressTrain();
  await waitPatiently(page, async () => new URL(page.url()).hash.startsWith('#/result/'));
  const steps = await readSteps();
  const id = decodeURIComponent(new URL(page.url()).hash.split('/').at(-1) ?? '');
  await person.main.getByRole('region', { name: 'What it was made of' }).waitFor();
  return { id, model: await readModel(page, id), steps };
}

/** Finds the model in the list again and opens it. */
async function reopen(person: Person, { id, model }: Trained): Promise<boolean> {
  const { page, main } = person;
  await page.reload();
  await person.goTo('My models');
  await main.getByRole('link', { name: model.name, exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: model.name }).waitFor();
  const again = await readModel(page, id);
  return JSON.stringify(again.metrics) === JSON.stringify(model.metrics);
}

async function download(person: Person, file: string): Promise<number> {
  const { page, main } = person;
  let saved: Promise<void> | null = null;
  let isSaved = false;
  page.once('download', (item) => {
    saved = item.saveAs(file);
  });
  await main.getByRole('button', { name: 'Download', exact: true }).click();
  await waitPatiently(page, async () => {
    if (saved && !isSaved) {
      await saved;
      isSaved = true;
    }
    return isSaved;
  });
  return (await stat(file)).size;
}

async function goOffline(page: Page, app: ServedApp): Promise<void> {
  // The first visit is over when the service worker has taken everything in.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.context().setOffline(true);
  await app.close();
}

function toTest(model: ModelRecord, { count, accuracy, accuracyInterval, perClass, confusion }: Metrics) {
  return {
    count,
    accuracy,
    interval: accuracyInterval,
    perClass: perClass.map(({ classIndex, ...rest }) => ({ name: model.classNames[classIndex], ...rest })),
    confusion,
  };
}

/** What there is to tell where the app rightly refuses to train. */
const UNTRAINED = {
  backend: null,
  seconds: null,
  epochs: [],
  test: null,
  saved: null,
  predictions: [],
  unreadable: [],
  exports: [],
};

/** Everything a person does, in order. */
async function drive(person: Person, app: ServedApp, options: Options) {
  const { page } = person;
  const startMs = performance.now();
  const tell = (text: string) => say(`[${((performance.now() - startMs) / 1000).toFixed(1)} s] ${text}`);
  await person.open(app.url);
  if (options.backend !== 'auto' || options.exact) {
    await person.goTo('Settings');
    await page.getByRole('combobox', { name: 'Way of computing' }).selectOption(options.backend);
    await page.getByRole('switch', { name: 'Exact arithmetic (float32)' }).setChecked(options.exact);
    await person.goTo('Pictures');
  }
  tell('Giving the pictures …');
  const dataset = await giveImages(person, options.images);
  tell(`${dataset.images} pictures in ${dataset.classes} classes, ${dataset.skipped.length} files left out`);
  const problem = await readObstacles(page);
  if (dataset.images === 0 || problem !== null) {
    tell(`Cannot train: ${problem ?? 'no pictures'}`);
    return { ...UNTRAINED, dataset, problem: problem ?? 'no pictures' };
  }

  tell('Training …');
  const trained = await train(person, options);
  const { model, steps } = trained;
  const trainedSeconds = (performance.now() - startMs) / 1000;
  tell(`${model.curve.length} epochs; test accuracy ${model.metrics.test?.accuracy ?? 'not measured'}`);
  await person.goTo('Settings');
  const backend = await readBackend(page);

  if (options.offline) {
    await goOffline(page, app);
    tell('Offline from here on');
  }
  tell('Reloading …');
  const reloaded = await reopen(person, trained);

  let classified: Classified = { predictions: [], unreadable: [] };
  if (options.classify !== null) {
    tell('Classifying …');
    await person.main.getByRole('link', { name: 'Use it', exact: true }).click();
    await page.getByRole('combobox', { name: 'Classify with' }).waitFor();
    classified = await classifyFolder(page, options.classify);
    tell(`${classified.predictions.length} pictures classified`);
    await page.goBack();
  }
  const exports: { format: string; file: string; bytes: number }[] = [];
  for (const { format, file } of options.exports) {
    tell('Downloading the model …');
    exports.push({ format, file, bytes: await download(person, file) });
  }
  tell('Done');
  return {
    backend,
    dataset,
    seconds: {
      weights: steps[STEP_NAMES.weights] ?? null,
      features: steps[STEP_NAMES.features] ?? null,
      training: steps[STEP_NAMES.training] ?? null,
      saving: steps[STEP_NAMES.saving] ?? null,
      total: trainedSeconds,
    },
    epochs: model.curve.map(({ loss, accuracy, validationLoss, validationAccuracy }) => ({
      loss,
      accuracy,
      validationLoss,
      validationAccuracy,
    })),
    bestEpoch: model.bestEpoch,
    arithmetic: model.arithmetic ?? 'float32',
    test: model.metrics.test && toTest(model, model.metrics.test),
    /** The same in float32, where the features were computed in int8. */
    exactAccuracy: model.exactMetrics?.accuracy ?? null,
    saved: { reloaded },
    predictions: classified.predictions,
    unreadable: classified.unreadable,
    exports,
  };
}

await runMain(async () => {
  const options = readOptions();
  await isFolder(options.images);
  if (options.classify !== null && !(await isFolder(options.classify)))
    throw new SetupError('--classify is a folder');
  if (options.dist === null) await ensureBuilt();
  const app = await serveDist({ port: 0, ...(options.dist === null ? {} : { folder: options.dist }) });
  const profile = await mkdtemp(join(tmpdir(), 'headstart-drive-'));
  // A profile on disk: a private window would hold every picture in memory.
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS, ...(options.backend === 'webgpu' ? SOFTWARE_WEBGPU_FLAGS : [])],
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('pageerror', (error) => console.error(error));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`page: ${message.text()}`);
  });
  try {
    say(JSON.stringify(await drive(new Person(page), app, options)));
  } catch (error) {
    const picture = join(tmpdir(), 'headstart-drive.png');
    await page.screenshot({ path: picture, timeout: 10_000 }).catch(() => undefined);
    console.error(`What was on the screen: ${picture}`);
    throw error;
  } finally {
    await context.close();
    await app.close().catch(() => undefined);
    await rm(profile, { recursive: true, force: true });
  }
});
