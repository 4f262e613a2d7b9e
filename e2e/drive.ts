/** Trains on any folder through the page, as a person would, and tells in one JSON object how it went. */
import { ensureBuilt } from '../tools/build.ts';
import { listModelFormats } from '../tools/modelFormats.ts';
import { runMain, SetupError, say } from '../tools/say.ts';
import type { ServedApp } from '../tools/serve.ts';
import { download, goOffline, reopen } from './drive/afterwards.ts';
import { giveImages, isFolder } from './drive/give.ts';
import { type DriveOptions, readOptions } from './drive/options.ts';
import { toReport, UNTRAINED } from './drive/report.ts';
import { AS_PROPOSED, train } from './drive/train.ts';
import { withVisit } from './drive/visit.ts';
import { type Classified, classifyFolder } from './pages/classified.ts';
import type { Person } from './pages/person.ts';
import { readBackend, readObstacles } from './pages/readings.ts';

/** Everything a person does, in order. */
async function drive(person: Person, app: ServedApp, options: DriveOptions) {
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
  const trained = await train(person, { ...AS_PROPOSED, ...options });
  const report = toReport(trained, (performance.now() - startMs) / 1000);
  tell(`${report.epochs.length} epochs; test accuracy ${report.test?.accuracy ?? 'not measured'}`);
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
  for (const { name, format, precision, file } of options.exports) {
    tell(`Downloading the model (${name}) …`);
    exports.push({
      format: name,
      file,
      bytes: await download(person, file, { format: format.title, precision }),
    });
  }
  tell('Done');
  return {
    backend,
    dataset,
    ...report,
    saved: { reloaded },
    predictions: classified.predictions,
    unreadable: classified.unreadable,
    exports,
  };
}

await runMain(async () => {
  const options = readOptions(process.argv.slice(2), await listModelFormats());
  await isFolder(options.images);
  if (options.classify !== null && !(await isFolder(options.classify)))
    throw new SetupError('--classify is a folder');
  const { backend, dist } = options;
  if (dist === null) await ensureBuilt();
  const visit = { name: 'drive', dist, softwareWebGpu: backend === 'webgpu' };
  say(JSON.stringify(await withVisit(visit, (person, app) => drive(person, app, options))));
});
