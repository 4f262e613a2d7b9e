/**
 * A GPU, drawn by software and therefore with a tiny network, that goes away while the head learns: that of WebGL.
 * The one of WebGPU does so in the second phase, in finetune.gpu.spec.ts.
 */
import { expect } from '@playwright/test';
import { chooseBackend, crashGpu, test } from './pages/tiny.ts';

/** A software GPU takes its time for every step, so there are few and large ones. */
const QUICK = { 'Size of the hidden layer (units)': 32, 'Speed of learning (learning rate)': 0.02 };

test('goes on another way when the GPU of WebGL goes away, with a notice', async ({
  tiny: person,
  browser,
}) => {
  const { page } = person;
  await chooseBackend(person, 'webgl');
  await person.goTo('Train');
  await person.setAdvanced({ ...QUICK, 'Rounds at most (epochs)': 400 }, false);
  await person.pressTrain();
  const learning = page.getByRole('progressbar', { name: 'Rounds through all pictures (epochs)' });
  await expect(learning).toBeVisible({ timeout: 60_000 });
  await crashGpu(browser);
  await expect(person.notices).toContainText('The graphics card stopped answering', { timeout: 30_000 });
  await person.expectResult();
  await person.goTo('Settings');
  await expect(person.main.getByRole('row', { name: 'WebGL' })).toContainText('Stopped answering');
});
