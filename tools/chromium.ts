/** Which Chromium the tests and tools drive: one that is there already, else one installed the system's own way. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';
import { isMain } from './paths.ts';
import { runMain, SetupError, say } from './say.ts';
import { run } from './spawn.ts';

/** Quiet, and able to start as root in a container. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** WebGPU without a GPU: right, and very slow. */
export const SOFTWARE_WEBGPU_FLAGS: readonly string[] = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
];

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Absent or not ours to run: either way the search goes on.
    return false;
  }
}

function candidates(): string[] {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => COMMANDS.map((command) => join(folder, command)));
  const windowsFolders = [
    process.env.PROGRAMFILES,
    process.env['PROGRAMFILES(X86)'],
    process.env.LOCALAPPDATA,
  ];
  return [
    ...COMMANDS.map((command) => `/usr/bin/${command}`),
    ...onPath,
    // Playwright's own, if it was installed.
    chromium.executablePath(),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ...windowsFolders.flatMap((folder) =>
      folder
        ? [
            join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
            join(folder, 'Chromium', 'Application', 'chrome.exe'),
          ]
        : [],
    ),
  ];
}

/** Path of a Chromium or Chrome on this machine, or null. `CHROMIUM_PATH` goes before everything else. */
export function findChromium(): string | null {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted) return wanted;
  return candidates().find(isExecutable) ?? null;
}

/** Installs Debian's package as root, else Playwright's Chromium. @throws SetupError if neither can be had. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium();
  if (found) {
    say(`Chromium: ${found}`);
    return found;
  }
  const isDebianRoot = process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');
  if (isDebianRoot) {
    say("No Chromium found. Installing Debian's packages chromium and fonts-noto-cjk …");
    const { exitCode } = await run('apt-get', ['update']);
    if (exitCode === 0) {
      await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
      });
    }
  }
  if (findChromium() === null) {
    say("Installing Playwright's Chromium …");
    await run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium']);
  }
  const installed = findChromium();
  if (!installed) {
    throw new SetupError(
      'No Chromium could be installed. Install Chromium or Chrome, or set CHROMIUM_PATH to one.',
    );
  }
  return installed;
}

if (isMain(import.meta.url)) await runMain(async () => void (await ensureChromium()));
