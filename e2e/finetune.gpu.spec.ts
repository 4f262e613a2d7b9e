/** Both phases of a thorough training on WebGPU, drawn by software and therefore with a tiny network; and its loss in the second. */
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { phaseCounts, shownModel } from './pages/kept.ts';
import { chooseBackend, crashGpu, expectEpoch, setThorough, test } from './pages/tiny.ts';

test('both phases on WebGPU', async ({ tiny, discs }) => {
  const { page } = tiny;
  await chooseBackend(tiny, 'webgpu');
  await tiny.goTo('Train');
  await setThorough(tiny, { headEpochs: 2, fineTuneEpochs: 4 });
  await tiny.pressTrain();
  await tiny.expectResult();
  const model = await shownModel(page);
  expect(phaseCounts(model)).toEqual([2, 4]);
  expect(model.bestEpoch).toBeGreaterThan(2);
  await tiny.main.getByRole('link', { name: 'Use it', exact: true }).click();
  const guesses = (await tiny.classify([join(discs, 'purple', 'purple-3.svg')]))['purple-3.svg'] ?? {};
  expect(Object.entries(guesses).sort((a, b) => b[1] - a[1])[0]?.[0]).toBe('purple');
  await tiny.goTo('Settings');
  const row = tiny.main.getByRole('row', { name: 'WebGPU' });
  await expect(row).toContainText('In use: you chose it.');
  await expect(row).toContainText(/swiftshader/i);
});

test('the GPU of WebGPU goes away while it fine-tunes: it goes on another way', async ({ tiny, browser }) => {
  const { page } = tiny;
  await chooseBackend(tiny, 'webgpu');
  await tiny.goTo('Train');
  await setThorough(tiny, { headEpochs: 2, fineTuneEpochs: 8 });
  await tiny.pressTrain();
  await expectEpoch(page, 3);
  await crashGpu(browser);
  await expect(tiny.notices).toContainText('The graphics card stopped answering', { timeout: 30_000 });
  await tiny.expectResult();
  expect(phaseCounts(await shownModel(page))).toEqual([2, 8]);
  await tiny.goTo('Settings');
  await expect(tiny.main.getByRole('row', { name: 'WebGPU' })).toContainText('Stopped answering');
});
