/** A network that begins with random numbers: trained, interrupted, used, taken out and brought back, through the page. */
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { keptCheckpoint, shownModel } from './pages/kept.ts';
import { Person } from './pages/person.ts';
import { expectEpoch, test } from './pages/tiny.ts';

const SIZE_PX = 28;
/** Long enough to be interrupted on any machine. */
const EPOCHS = 60;

test('a plain CNN learns from scratch, survives its tab, answers, and travels as a file', async ({
  tiny,
  discs,
}, testInfo) => {
  await tiny.goTo('Train');
  await tiny.chooseFromScratch('Plain CNN', SIZE_PX);
  await expect(tiny.main.getByText('The network begins with random numbers')).toBeVisible();
  await expect(tiny.main.getByRole('radiogroup', { name: 'How thorough?' })).toBeHidden();
  await tiny.setAdvanced({ 'Rounds at most (epochs)': EPOCHS, 'Pictures at a time (batch size)': 8 }, false);
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
  expect(settings.fromScratch).toEqual({ backboneId: 'plain-cnn', inputSizePx: SIZE_PX });
  expect(backbone.inputSizePx).toBe(SIZE_PX);
  expect(curve.length).toBe(EPOCHS);
  // Discs of three colours: a network that learns nothing gets a third of them right.
  expect(metrics.test?.accuracy).toBeGreaterThan(0.7);
  const facts = person.main.getByRole('region', { name: 'What it was made of' });
  await expect(facts.getByText('trained from scratch with these pictures')).toBeVisible();

  await person.main.getByRole('link', { name: 'Use it', exact: true }).click();
  const files = ['green', 'purple', 'red'].map((name) => join(discs, name, `${name}-3.svg`));
  const guesses = await person.classify(files);

  const file = testInfo.outputPath('model.zip');
  await person.page.goBack();
  const name = await person.modelName();
  await person.exportModel(file);
  await person.goTo('My models');
  await person.importModel(file);
  // The one that was read is saved last, and stands first.
  const { main } = person;
  await main
    .getByRole('link', { name: `Use it: ${name}` })
    .first()
    .click();
  const again = await person.classify(files);
  expect(again).toEqual(guesses);
});
