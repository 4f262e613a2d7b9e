/** Weights of another program: brought as a file, learned over, used, kept over a reload, taken away again. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { backbone } from '../src/network/backbones/plain-cnn/backbone.ts';
import { madeSafetensors } from '../src/testing/weights/madeSafetensors.ts';
import { keptBackbones, shownModel } from './pages/kept.ts';
import { addWeights, showNetworks } from './pages/networks.ts';
import { test } from './pages/tiny.ts';

const NAMES = ['green', 'purple', 'red'];

test('a network whose weights come from a file learns, answers after a reload, and can be removed', async ({
  tiny,
  discs,
  folder,
}, testInfo) => {
  const { page, main } = tiny;
  const file = join(folder, 'course.safetensors');
  await writeFile(file, new Uint8Array(await madeSafetensors(backbone.buildNodes()).arrayBuffer()));
  await tiny.goTo('Train');
  expect(await addWeights(tiny, file)).toBe('Plain CNN with course.safetensors');
  const list = main.getByRole('list', { name: 'Weights of your own' });
  await expect(list.getByRole('listitem')).toContainText('Came without the classes of ImageNet.');
  await tiny.choosePreset('head');
  await tiny.setAdvanced({ 'Rounds at most (epochs)': 30 }, false);
  await tiny.pressTrain();
  await tiny.expectResult();
  const [own] = await keptBackbones(page);
  const { backbone: used, metrics } = await shownModel(page);
  expect(used).toMatchObject({ id: 'plain-cnn', fingerprint: own?.fingerprint, inputSizePx: 32 });
  // Three colours: random filters tell them apart, guessing gets a third.
  expect(metrics.test?.accuracy).toBeGreaterThan(0.6);

  await main.getByRole('link', { name: 'Use it', exact: true }).click();
  const files = NAMES.map((name) => join(discs, name, `${name}-3.svg`));
  const before = await tiny.classify(files);
  await page.reload();
  expect(await tiny.classify(files)).toEqual(before);

  await test.step('the one that comes with the app, and back again', async () => {
    await tiny.goTo('Train');
    const networks = await showNetworks(tiny);
    await networks.selectOption({ index: 0 });
    await tiny.pressTrain();
    await tiny.expectResult();
    expect((await shownModel(page)).backbone.id).not.toBe('plain-cnn');
    await tiny.goTo('My models');
    await main
      .getByRole('link', { name: /^Use it: / })
      .last()
      .click();
    expect(await tiny.classify(files)).toEqual(before);
  });

  await test.step('what is no file of weights is named, and nothing is kept', async () => {
    const broken = testInfo.outputPath('broken.pth');
    await writeFile(broken, 'no weights');
    await tiny.goTo('Train');
    await expect(addWeights(tiny, broken)).rejects.toThrow('no file of weights that Headstart knows');
    // Of Keras, read by the HDF5 library under the policy: whole, and of a network that there is not.
    const strange = join(import.meta.dirname, '../src/testing/fixtures/weights/tinyWhole.h5');
    await expect(addWeights(tiny, strange)).rejects.toThrow('belong to no network that Headstart has');
    expect(await keptBackbones(page)).toHaveLength(1);
  });

  await test.step('without them its model says so', async () => {
    await list.getByRole('button', { name: 'Remove course.safetensors' }).click();
    await expect(list).toBeHidden();
    expect(await keptBackbones(page)).toEqual([]);
    await tiny.goTo('My models');
    await main
      .getByRole('link', { name: /^Use it: / })
      .last()
      .click();
    await tiny.choose('Choose pictures', files);
    await expect(main.getByRole('alert').first()).toContainText('another version of the network');
  });
});
