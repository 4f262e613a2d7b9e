/** Chromium and Firefox, driven by puppeteer-core: the unpatched browsers of the machine, a profile of their own each. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type LaunchOptions, type Page } from 'puppeteer-core';
import { CHROMIUM_FLAGS } from '../../tools/chromium.ts';
import { type RunningBrowser, type Tab, toExpression } from './tab.ts';

/** A page whose machine is busy answers late; only what never answers is an error. */
const PROTOCOL_TIMEOUT_MS = 300_000;
const VIEWPORT = { width: 1280, height: 900 };

function createTab(page: Page): Tab {
  return {
    open: async (address) => void (await page.goto(address)),
    reload: async () => void (await page.reload()),
    ask: (inPage, ...args) => page.evaluate(toExpression(inPage, args)) as Promise<never>,
    runScript: async (source) => void (await page.evaluate(`{${source}\n}; true`)),
    click: (css) => page.click(css),
    async fill(css, text) {
      await page.click(css, { count: 3 });
      await page.keyboard.type(text);
    },
    async giveFiles(css, paths) {
      const input = await page.$(css);
      // The type of what a string selects is any element.
      await (input as Awaited<ReturnType<typeof page.$<'input'>>>)?.uploadFile(...paths);
    },
  };
}

async function launch(options: LaunchOptions, folder: string, downloads: string): Promise<RunningBrowser> {
  const browser = await puppeteer.launch({
    ...options,
    headless: true,
    userDataDir: join(folder, 'profile'),
    defaultViewport: VIEWPORT,
    protocolTimeout: PROTOCOL_TIMEOUT_MS,
  });
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  page.setDefaultTimeout(PROTOCOL_TIMEOUT_MS);
  // The question whether to leave while a training runs.
  page.on('dialog', (dialog) => void dialog.accept());
  return {
    tab: createTab(page),
    version: await browser.version(),
    downloads,
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function makeFolders(name: string): Promise<{ folder: string; downloads: string }> {
  const folder = await mkdtemp(join(tmpdir(), `headstart-${name}-`));
  const downloads = join(folder, 'downloads');
  await mkdir(downloads);
  return { folder, downloads };
}

export async function launchChromium(executablePath: string): Promise<RunningBrowser> {
  const { folder, downloads } = await makeFolders('chromium');
  const args = [
    ...CHROMIUM_FLAGS,
    '--lang=en-US',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
  ];
  const downloadBehavior = { policy: 'allow', downloadPath: downloads } as const;
  return launch({ browser: 'chrome', executablePath, args, downloadBehavior }, folder, downloads);
}

export async function launchFirefox(executablePath: string): Promise<RunningBrowser> {
  const { folder, downloads } = await makeFolders('firefox');
  const extraPrefsFirefox = {
    'browser.download.folderList': 2,
    'browser.download.dir': downloads,
    'browser.download.useDownloadDir': true,
    'intl.accept_languages': 'en-US',
    'media.navigator.streams.fake': true,
    'media.navigator.permission.disabled': true,
  };
  return launch({ browser: 'firefox', executablePath, extraPrefsFirefox }, folder, downloads);
}
