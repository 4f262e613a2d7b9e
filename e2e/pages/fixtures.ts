/** What every test gets: a person at a fresh browser or at one that has trained already, and a guard that sees everything. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, chromium, type LaunchOptions } from '@playwright/test';
import { Guard } from './guard.ts';
import { Person } from './person.ts';
import { readSmallSet, writeFiles } from './pictures.ts';

/** A browser profile in which the small set was trained once, then closed. */
interface TrainedProfile {
  readonly folder: string;
  readonly modelName: string;
  readonly modelId: string;
}

/** A person at a browser opened again on such a profile. */
export type Trained = Person & Pick<TrainedProfile, 'modelName' | 'modelId'>;

interface TestFixtures {
  readonly guard: Guard;
  /** In a browser that has never seen the app. */
  readonly person: Person;
  /** In a browser that was closed after training on the small set; each test has its own copy. */
  readonly trained: Trained;
  /** An empty folder, removed afterwards. */
  readonly folder: string;
}

interface WorkerFixtures {
  /** Three classes of eight pictures as a folder. */
  readonly smallSet: string;
  readonly trainedProfile: TrainedProfile;
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'headstart-e2e-'));
  await use(folder);
  await rm(folder, { recursive: true, force: true });
}

/** A real browser on a profile folder, as a person has it: what it keeps outlives its closing. */
export function openProfile(
  folder: string,
  launchOptions: LaunchOptions,
  baseURL: string | undefined,
  viewport = { width: 1280, height: 800 },
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    ...launchOptions,
    ...(baseURL === undefined ? {} : { baseURL }),
    viewport,
    locale: 'en-US',
    permissions: ['camera'],
  });
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  guard: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names off this pattern.
    async ({}, use) => {
      const guard = new Guard();
      await use(guard);
      guard.expectNothingWrong();
    },
    { auto: true },
  ],

  context: async ({ context, guard }, use) => {
    guard.watch(context);
    await use(context);
  },

  person: async ({ page }, use) => {
    const person = new Person(page);
    await person.open();
    await use(person);
  },

  trained: async ({ trainedProfile, launchOptions, baseURL, viewport, guard }, use) => {
    await withFolder(async (folder) => {
      await cp(trainedProfile.folder, folder, { recursive: true });
      const context = await openProfile(folder, launchOptions, baseURL, viewport ?? undefined);
      guard.watch(context);
      const page = context.pages()[0] ?? (await context.newPage());
      const person = new Person(page);
      await person.open();
      const { modelName, modelId } = trainedProfile;
      await use(Object.assign(person, { modelName, modelId }));
      await context.close();
    });
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names off this pattern.
  folder: async ({}, use) => withFolder(use),

  smallSet: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names off this pattern.
    async ({}, use) => {
      await withFolder(async (folder) => {
        const set = join(folder, 'small set');
        await writeFiles(set, await readSmallSet());
        await use(set);
      });
    },
    { scope: 'worker' },
  ],

  trainedProfile: [
    async ({ smallSet, launchOptions }, use, workerInfo) => {
      await withFolder(async (folder) => {
        const context = await openProfile(folder, launchOptions, workerInfo.project.use.baseURL);
        const person = new Person(context.pages()[0] ?? (await context.newPage()));
        await person.open();
        await person.waitUntilOfflineReady();
        await person.addFolder(smallSet);
        await person.expectAdded(24);
        await person.goTo('Train');
        // So few that the model is not quite sure of anything: only then do comparisons of its answers say something.
        await person.setAdvanced({ 'Rounds at most (epochs)': 3 });
        await person.pressTrain();
        await person.expectResult();
        const modelName = await person.modelName();
        const modelId = decodeURIComponent(new URL(person.page.url()).hash.split('/').at(-1) ?? '');
        await context.close();
        await use({ folder, modelName, modelId });
      });
    },
    { scope: 'worker', timeout: 150_000 },
  ],
});
