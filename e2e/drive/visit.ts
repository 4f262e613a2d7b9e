/** The app as one person has it, for programs that are no test: served, in a browser of their own, removed afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium, SOFTWARE_WEBGPU_FLAGS } from '../../tools/chromium.ts';
import { type ServedApp, serveDist } from '../../tools/serve.ts';
import { Person } from '../pages/person.ts';

/** A page whose machine is busy answers late; only what never answers is an error. */
const ACTION_TIMEOUT_MS = 120_000;

export interface VisitOptions {
  /** Of the program: in the names of what it leaves on the disk. */
  readonly name: string;
  /** A build; null: that in `dist/`. */
  readonly dist: string | null;
  /** WebGPU without a GPU. */
  readonly softwareWebGpu: boolean;
  /** Further ones for the browser. */
  readonly flags?: readonly string[];
}

/** Where `visit` throws, a picture of the screen is kept. @throws what `visit` throws */
export async function withVisit<Result>(
  { name, dist, softwareWebGpu, flags = [] }: VisitOptions,
  visit: (person: Person, app: ServedApp) => Promise<Result>,
): Promise<Result> {
  const executablePath = await ensureChromium();
  const app = await serveDist({ port: 0, ...(dist === null ? {} : { folder: dist }) });
  const profile = await mkdtemp(join(tmpdir(), `headstart-${name}-`));
  // A profile on disk: a private window would hold every picture in memory.
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...CHROMIUM_FLAGS, ...(softwareWebGpu ? SOFTWARE_WEBGPU_FLAGS : []), ...flags],
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
  });
  context.setDefaultTimeout(ACTION_TIMEOUT_MS);
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('pageerror', (error) => console.error(error));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`page: ${message.text()}`);
  });
  try {
    return await visit(new Person(page), app);
  } catch (error) {
    const picture = join(tmpdir(), `headstart-${name}.png`);
    await page.screenshot({ path: picture, timeout: 10_000 }).catch(() => undefined);
    console.error(`What was on the screen: ${picture}`);
    throw error;
  } finally {
    await context.close();
    await app.close().catch(() => undefined);
    await rm(profile, { recursive: true, force: true });
  }
}
