/** The main job on WebGPU and WebGL, drawn by software and therefore with a tiny network; and a GPU that goes away. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect } from '@playwright/test';
import { test } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';
import type { TestServer } from './pages/servers.ts';
import { serveTinyNetwork } from './pages/tinyNetwork.ts';

const PICTURES_PER_CLASS = 14;
/** A software GPU takes its time for every step, so there are few and large ones. */
const QUICK = { 'Size of the hidden layer (units)': 32, 'Speed of learning (learning rate)': 0.02 };
const CLASSES = { green: 120, purple: 280, red: 0 } as const;

/** Folders of discs, each class in its own hue. */
async function writeDiscs(folder: string): Promise<string> {
  for (const [name, hue] of Object.entries(CLASSES)) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < PICTURES_PER_CLASS; i++) {
      const disc = `<circle cx="${30 + (i % 5) * 10}" cy="${35 + (i % 3) * 15}" r="${18 + i}" fill="hsl(${hue + i} 80% ${35 + i}%)"/>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">${disc}</svg>`;
      await writeFile(join(folder, name, `${name}-${i}.svg`), svg);
    }
  }
  return folder;
}

async function chooseBackend(person: Person, backend: string): Promise<void> {
  await person.goTo('Settings');
  await person.main.getByRole('combobox', { name: 'Way of computing' }).selectOption(backend);
}

/** Ends the process that draws for all tabs, as a driver crash does. */
async function crashGpu(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const gpu = processInfo.find(({ type }) => type === 'GPU');
  if (!gpu) throw new Error('the browser has no GPU process');
  process.kill(gpu.id, 'SIGKILL');
}

let server: TestServer;
test.beforeAll(async () => {
  server = await serveTinyNetwork();
});
test.afterAll(async () => {
  await server.close();
});

for (const label of ['WebGPU', 'WebGL'] as const) {
  test(`trains, keeps and classifies on ${label}`, async ({ page, folder }) => {
    const person = new Person(page);
    await person.open(server.url);
    await chooseBackend(person, label.toLowerCase());
    await person.goTo('Pictures');
    await person.addFolder(await writeDiscs(join(folder, 'discs')));
    await person.expectAdded(3 * PICTURES_PER_CLASS);
    await person.goTo('Train');
    await person.setAdvanced({ ...QUICK, 'Rounds at most (epochs)': 25 }, false);
    await person.pressTrain();
    await person.expectResult();
    expect(await person.accuracy()).toBeGreaterThanOrEqual(0.8);

    await person.goTo('Settings');
    const row = person.main.getByRole('row', { name: new RegExp(label) });
    await expect(row).toContainText('In use: you chose it.');
    await expect(row).toContainText(/swiftshader/i);

    await person.goTo('Use it');
    const file = join(folder, 'discs', 'purple', 'purple-3.svg');
    const guesses = Object.values(await person.classify([file]))[0] ?? {};
    expect(Object.entries(guesses).sort((a, b) => b[1] - a[1])[0]?.[0]).toBe('purple');
  });

  test(`goes on another way when the GPU of ${label} goes away, with a notice`, async ({
    page,
    browser,
    folder,
  }) => {
    const person = new Person(page);
    await person.open(server.url);
    await chooseBackend(person, label.toLowerCase());
    await person.goTo('Pictures');
    await person.addFolder(await writeDiscs(join(folder, 'discs')));
    await person.expectAdded(3 * PICTURES_PER_CLASS);
    await person.goTo('Train');
    await person.setAdvanced({ ...QUICK, 'Rounds at most (epochs)': 400 }, false);
    await person.pressTrain();
    const learning = page.getByRole('progressbar', { name: 'Rounds through all pictures (epochs)' });
    await expect(learning).toBeVisible({ timeout: 60_000 });
    await crashGpu(browser);
    await expect(person.notices).toContainText('The graphics card stopped answering', { timeout: 30_000 });
    await person.expectResult();
    await person.goTo('Settings');
    await expect(person.main.getByRole('row', { name: new RegExp(label) })).toContainText(
      'Stopped answering',
    );
  });
}
