/** A network that begins with random numbers: trained, interrupted, used, taken out and brought back, through the page. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { keptCheckpoint, shownModel } from './pages/kept.ts';
import { chooseFromScratch, chooseLayers, showNetworks } from './pages/networks.ts';
import { Person } from './pages/person.ts';
import { expectEpoch, test } from './pages/tiny.ts';

const SIZE_PX = 28;
const LAYERS = { filters: [16, 24], denseUnits: 32 };
/** Long enough to be interrupted on any machine. */
const EPOCHS = 150;

test('a plain CNN learns from scratch, survives its tab, answers, and travels as a file', async ({
  tiny,
  discs,
}, testInfo) => {
  // Several lives of an app one after the other, on a machine that may be busy.
  test.slow();
  const weights: string[] = [];
  tiny.page.context().on('request', (request) => {
    if (/\/weights\/.*\.bin$/.test(request.url())) weights.push(request.url());
  });
  await tiny.goTo('Train');
  await chooseFromScratch(tiny, 'Plain CNN', SIZE_PX);
  await chooseLayers(tiny, LAYERS);
  await expect(tiny.main.getByText('The network begins with random numbers')).toBeVisible();
  await expect(tiny.main.getByRole('radiogroup', { name: 'How thorough?' })).toBeHidden();
  await tiny.setAdvanced({ 'Rounds at most (epochs)': EPOCHS, 'Pictures at a time (batch size)': 2 }, false);
  await tiny.pressTrain();
  await expectEpoch(tiny.page, 2);
  await expect.poll(() => keptCheckpoint(tiny.page), { timeout: 30_000 }).not.toBeNull();

  const person = new Person(await tiny.page.context().newPage());
  const address = tiny.page.url();
  await tiny.page.close();
  await person.open(address);
  const offer = person.main.getByRole('region', { name: 'A training was interrupted' });
  await offer.getByRole('button', { name: 'Go on', exact: true }).click();
  await person.expectResult();
  const { settings, curve, backbone, metrics } = await shownModel(person.page);
  expect(settings.fromScratch).toEqual({ backboneId: 'plain-cnn', inputSizePx: SIZE_PX, layers: LAYERS });
  expect(backbone).toMatchObject({ inputSizePx: SIZE_PX, featureCount: LAYERS.denseUnits, layers: LAYERS });
  expect(curve.length).toBe(EPOCHS);
  // Discs of three colours: a network that learns nothing gets a third of them right.
  expect(metrics.test?.accuracy).toBeGreaterThan(0.7);
  const facts = person.main.getByRole('region', { name: 'What it was made of' });
  await expect(facts.getByText('trained from scratch with these pictures')).toBeVisible();
  await expect(
    facts.getByRole('row', { name: 'Filters of its convolutions 16-24', exact: true }),
  ).toBeVisible();

  await person.main.getByRole('link', { name: 'Use it', exact: true }).click();
  const files = ['green', 'purple', 'red'].map((name) => join(discs, name, `${name}-3.svg`));
  const guesses = await person.classify(files);
  // The backbone knows nothing that such a network would ask.
  expect(weights).toEqual([]);

  const file = testInfo.outputPath('model.zip');
  await person.page.goBack();
  const name = await person.modelName();
  await person.exportModel(file);
  await person.goTo('My models');
  await person.importModel(file);
  // What network a file holds shows only once it is read.
  expect(weights.length).toBeGreaterThan(0);
  // The one that was read is saved last, and stands first.
  const { main } = person;
  await main
    .getByRole('link', { name: `Use it: ${name}` })
    .first()
    .click();
  const again = await person.classify(files);
  expect(again).toEqual(guesses);
});

test('a network from a file learns with the colours of the pictures, and its model knows it', async ({
  tiny,
  discs,
}, testInfo) => {
  const { page, main } = tiny;
  await tiny.goTo('Train');
  await chooseFromScratch(tiny, 'Plain CNN', SIZE_PX);
  const download = page.waitForEvent('download');
  await main.getByRole('button', { name: 'Save this network as a file', exact: true }).click();
  const defined = testInfo.outputPath('mine.network.json');
  const text = await readFile(await (await download).path(), 'utf8');
  const wider = text
    .replace('"title": "Plain CNN"', '"title": "Mine"')
    .replace('"filters": 128', '"filters": 96');
  await writeFile(defined, wider);
  await tiny.choose('Open a network file', defined);
  const list = main.getByRole('combobox', { name: 'Network (backbone)' });
  await expect(list.locator('option:checked')).toHaveText('Mine, from scratch');
  await expect(main.getByRole('figure', { name: 'Mine, stage by stage' })).toContainText('96 channels');
  await main
    .getByRole('combobox', { name: 'How colours enter it (normalisation)' })
    .selectOption({ label: 'By the mean and deviation of these pictures' });
  await tiny.setAdvanced({ 'Rounds at most (epochs)': 25, 'Pictures at a time (batch size)': 8 }, false);
  await tiny.pressTrain();
  await tiny.expectResult();
  const { backbone, settings, metrics } = await shownModel(page);
  expect(backbone).toMatchObject({ id: 'defined', inputSizePx: SIZE_PX });
  expect(backbone.normalisation?.mean.every((value) => value > 0 && value < 255)).toBe(true);
  expect(settings.fromScratch?.definition).toBe(wider);
  expect(metrics.test?.accuracy).toBeGreaterThan(0.5);
  await expect(
    main.getByRole('row', { name: `Network Mine · ${SIZE_PX} × ${SIZE_PX}`, exact: true }),
  ).toBeVisible();
  await main.getByRole('link', { name: 'Use it', exact: true }).click();
  await expect(main.getByText('Its network: Mine.')).toBeVisible();
  const files = ['green', 'purple', 'red'].map((name) => join(discs, name, `${name}-3.svg`));
  const before = await tiny.classify(files);
  await page.reload();
  expect(await tiny.classify(files)).toEqual(before);

  const broken = testInfo.outputPath('broken.json');
  await writeFile(broken, wider.replace('"conv1"', '"conv9"'));
  await tiny.goTo('Train');
  await showNetworks(tiny);
  await tiny.choose('Open a network file', broken);
  await expect(tiny.notices).toContainText('does not define a network');
});
