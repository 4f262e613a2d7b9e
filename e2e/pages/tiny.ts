/** The app on the tiny network, for tests that train more than a head: a server, pictures, and what they all press. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, expect, type Page } from '@playwright/test';
import { test as base } from './fixtures.ts';
import { Person } from './person.ts';
import type { TestServer } from './servers.ts';
import { serveTinyNetwork } from './tinyNetwork.ts';

export const PICTURES_PER_CLASS = 14;
export const DISC_COUNT = 3 * PICTURES_PER_CLASS;
const CLASSES = { green: 120, purple: 280, red: 0 } as const;

/** Folders of discs, each class in its own hue. */
export async function writeDiscs(
  folder: string,
  classes: Readonly<Record<string, number>> = CLASSES,
): Promise<string> {
  for (const [name, hue] of Object.entries(classes)) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < PICTURES_PER_CLASS; i++) {
      const disc = `<circle cx="${30 + (i % 5) * 10}" cy="${35 + (i % 3) * 15}" r="${18 + i}" fill="hsl(${hue + i} 80% ${35 + i}%)"/>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">${disc}</svg>`;
      await writeFile(join(folder, name, `${name}-${i}.svg`), svg);
    }
  }
  return folder;
}

interface TestFixtures {
  /** In a fresh browser, with the discs added. */
  readonly tiny: Person;
}

interface WorkerFixtures {
  readonly tinyServer: TestServer;
  /** A folder of three classes. */
  readonly discs: string;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  tiny: async ({ page, tinyServer, discs }, use) => {
    const person = new Person(page);
    await person.open(tinyServer.url);
    await person.addFolder(discs);
    await person.expectAdded(DISC_COUNT);
    await use(person);
  },

  tinyServer: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names off this pattern.
    async ({}, use) => {
      const server = await serveTinyNetwork();
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],

  discs: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names off this pattern.
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'headstart-discs-'));
      await use(await writeDiscs(join(folder, 'discs')));
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
});

export async function chooseBackend(person: Person, backend: string): Promise<void> {
  await person.goTo('Settings');
  await person.main.getByRole('combobox', { name: 'Way of computing' }).selectOption(backend);
}

/** Ends the process that draws for all tabs, as a driver crash does. */
export async function crashGpu(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const gpu = processInfo.find(({ type }) => type === 'GPU');
  if (!gpu) throw new Error('the browser has no GPU process');
  process.kill(gpu.id, 'SIGKILL');
}

export interface Phases {
  readonly headEpochs: number;
  readonly fineTuneEpochs: number;
  /** Of the second phase. */
  readonly fineTuneRate?: number;
  /** Of the first phase. */
  readonly headRate?: number;
}

/** On the train view: a thorough run of exactly so many epochs, quick enough for a software GPU. */
export async function setThorough(
  person: Person,
  { headEpochs, fineTuneEpochs, fineTuneRate = 0.003, headRate = 0.005 }: Phases,
): Promise<void> {
  await person.choosePreset('finetune');
  await person.setFineTuning({
    'Rounds of fine-tuning (epochs)': fineTuneEpochs,
    'Speed of fine-tuning (learning rate)': fineTuneRate,
  });
  await person.setAdvanced(
    {
      'Size of the hidden layer (units)': 32,
      'Speed of learning (learning rate)': headRate,
      'Rounds at most (epochs)': headEpochs,
    },
    false,
  );
}

/** Epochs that the bar says are done; 0 while there is no such bar. */
export async function epochsDone(page: Page): Promise<number> {
  const bar = page.getByRole('progressbar', { name: 'Rounds through all pictures (epochs)' });
  const [text = ''] = await bar.evaluateAll((bars) => bars.map((one) => one.getAttribute('aria-valuetext')));
  return Number.parseInt(text ?? '', 10) || 0;
}

/** Waits until the bar says that so many epochs are done: the next one is under way. */
export async function expectEpoch(page: Page, epoch: number): Promise<void> {
  await expect
    .poll(() => epochsDone(page), { timeout: 90_000, intervals: [50] })
    .toBeGreaterThanOrEqual(epoch);
}
