/** A browser that lacks all that a browser may lack: both phases train in it, and what it cannot do is said. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { ABILITIES, toRemoval } from './browsers/takenAway.ts';
import { phaseCounts, shownModel } from './pages/kept.ts';
import { Person } from './pages/person.ts';
import { readSmallSet, toZip } from './pages/pictures.ts';
import { chooseBackend, setThorough, test } from './pages/tiny.ts';

test('without all of them it trains in two phases, and says what the person has to see to', async ({
  page,
  tinyServer,
  folder,
}) => {
  await page.context().route('**/assets/*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${toRemoval(ABILITIES)}\n${await response.text()}` });
  });
  const archive = join(folder, 'pictures.zip');
  await writeFile(archive, await toZip(await readSmallSet()));
  const person = new Person(page);
  await person.open(tinyServer.url);

  await expect(person.main.getByText('This browser cannot choose a whole folder.')).toBeVisible();
  await expect(person.main.getByRole('button', { name: 'Choose a folder' })).toHaveCount(0);
  await person.addFiles([archive]);
  await person.expectAdded(24);
  await chooseBackend(person, 'cpu');
  await expect(
    person.main.getByText(/does not tell how much room there is\. .*may clear what is kept/),
  ).toBeVisible();

  await person.goTo('Train');
  await setThorough(person, { headEpochs: 2, fineTuneEpochs: 2 });
  const said = await person.watchText(/This browser cannot keep the screen on/);
  await person.pressTrain();
  await person.expectResult();
  expect(await said()).toHaveLength(1);
  expect(phaseCounts(await shownModel(page))).toEqual([2, 2]);
  await person.goTo('My models');
  await expect(person.main.getByText('may clear it when space runs out')).toBeVisible();
  const missing = await page.evaluate(() =>
    // Where there are no locks the page has its own.
    ['storage', 'locks', 'wakeLock'].filter((name) => name in Navigator.prototype),
  );
  expect(missing).toEqual([]);
});
