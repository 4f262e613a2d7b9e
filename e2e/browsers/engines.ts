/** Which browsers there are on this machine, and how each is started. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findChromium } from '../../tools/chromium.ts';
import { launchChromium, launchFirefox } from './puppeteerTab.ts';
import type { RunningBrowser } from './tab.ts';
import { launchWebKit } from './webDriverTab.ts';

export const ENGINES = ['chromium', 'firefox', 'webkit'] as const;
export type Engine = (typeof ENGINES)[number];

export interface FoundEngine {
  readonly launch: () => Promise<RunningBrowser>;
}

/** What is missing here, as a sentence that says how to get it. */
export interface MissingEngine {
  readonly missing: string;
}

/** Where Debian and its relatives put what has no place on the path. */
const MINI_BROWSERS = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-4.1/MiniBrowser`,
);

function findCommand(...names: readonly string[]): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

function findFirefox(): FoundEngine | MissingEngine {
  const path = process.env.FIREFOX_PATH ?? findCommand('firefox-esr', 'firefox');
  return path
    ? { launch: () => launchFirefox(path) }
    : {
        missing:
          'There is no Firefox here: install firefox-esr, or name one with FIREFOX_PATH. Firefox was not tried.',
      };
}

function findWebKit(): FoundEngine | MissingEngine {
  const driver = findCommand('WebKitWebDriver');
  const browser = process.env.MINIBROWSER_PATH ?? MINI_BROWSERS.find((path) => existsSync(path));
  const screen = findCommand('Xvfb');
  const bus = findCommand('dbus-run-session');
  return driver && browser && screen && bus
    ? { launch: () => launchWebKit({ driver, browser, screen, bus }) }
    : {
        missing:
          'There is no WebKitGTK here: install webkit2gtk-driver, xvfb and dbus (Debian). WebKit was not tried.',
      };
}

export function findEngine(engine: Engine): FoundEngine | MissingEngine {
  if (engine === 'firefox') return findFirefox();
  if (engine === 'webkit') return findWebKit();
  const path = findChromium();
  return path
    ? { launch: () => launchChromium(path) }
    : { missing: 'There is no Chromium here: run "npx tsx tools/chromium.ts". Chromium was not tried.' };
}
