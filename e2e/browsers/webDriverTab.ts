/** WebKit, the engine of Safari, driven by WebDriver: Debian's WebKitGTK on a screen that nobody sees. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Builder, By, Capabilities, error, type WebDriver } from 'selenium-webdriver';
import { SetupError } from '../../tools/say.ts';
import { type RunningBrowser, type Tab, toExpression } from './tab.ts';

const SCRIPT_TIMEOUT_MS = 300_000;
const START_WITHIN_MS = 30_000;
const STILL_WITHIN_MS = 20_000;

export interface WebKitPrograms {
  readonly driver: string;
  readonly browser: string;
  readonly screen: string;
  readonly bus: string;
}

/** Tries again while a panel that unfolds still moves. @throws what `act` throws */
async function onceStill(act: () => Promise<void>): Promise<void> {
  const endMs = performance.now() + STILL_WITHIN_MS;
  for (;;) {
    try {
      return await act();
    } catch (thrown) {
      const isMoving =
        thrown instanceof error.ElementNotInteractableError ||
        thrown instanceof error.ElementClickInterceptedError;
      if (!isMoving || performance.now() > endMs) throw thrown;
      await pause(300);
    }
  }
}

function createTab(driver: WebDriver): Tab {
  const find = (css: string) => driver.findElement(By.css(css));
  return {
    open: (address) => driver.get(address),
    reload: () => driver.navigate().refresh(),
    async ask(inPage, ...args) {
      const answer = await driver.executeAsyncScript<{ value: never } | { error: string }>(
        `const done = arguments[arguments.length - 1];
        (async () => ${toExpression(inPage, args)})().then(
          (value) => done({ value: value === undefined ? null : value }),
          (thrown) => done({ error: String(thrown) }),
        );`,
      );
      if ('error' in answer) throw new Error(answer.error);
      return answer.value;
    },
    runScript: (source) => driver.executeScript(source),
    click: (css) =>
      onceStill(async () => {
        const element = find(css);
        await driver.executeScript('arguments[0].scrollIntoView({ block: "center" })', element);
        // By the pointer: a label that something of its own lies over is pressed all the same.
        await driver.actions().move({ origin: element }).click().perform();
      }),
    fill: (css, text) =>
      onceStill(async () => {
        const field = find(css);
        await driver.executeScript(
          'arguments[0].scrollIntoView({ block: "center" }); arguments[0].select()',
          field,
        );
        await field.sendKeys(text);
      }),
    giveFiles: (css, paths) => find(css).sendKeys(paths.join('\n')),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** Ends a program and all that it started. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // Gone already.
  }
}

/** A screen of memory. @returns its name @throws SetupError */
async function openScreen(command: string, children: ChildProcess[]): Promise<string> {
  const screen = spawn(command, ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  children.push(screen);
  const [number] = (await once(screen.stdout, 'data', { signal: AbortSignal.timeout(START_WITHIN_MS) }).catch(
    () => {
      throw new SetupError(`${command} does not start.`);
    },
  )) as [Buffer];
  return `:${number.toString().trim()}`;
}

async function waitForDriver(address: string): Promise<void> {
  const endMs = performance.now() + START_WITHIN_MS;
  while (performance.now() < endMs) {
    const response = await fetch(`${address}/status`).catch(() => null);
    if (response?.ok) return;
    await pause(200);
  }
  throw new SetupError('WebKitWebDriver does not answer.');
}

async function connect(address: string, { browser }: WebKitPrograms): Promise<WebDriver> {
  const capabilities = new Capabilities({
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': {
      binary: browser,
      // Settings of the engine: a camera that shows a moving picture.
      args: ['--automation', '--enable-media-stream=true', '--enable-mock-capture-devices=true'],
    },
  });
  const driver = await new Builder().usingServer(address).withCapabilities(capabilities).build();
  await driver.manage().setTimeouts({ script: SCRIPT_TIMEOUT_MS, pageLoad: SCRIPT_TIMEOUT_MS });
  return driver;
}

/** @throws SetupError where one of the programs does not start */
export async function launchWebKit(programs: WebKitPrograms): Promise<RunningBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'headstart-webkit-'));
  const downloads = join(folder, 'downloads');
  await mkdir(join(folder, '.config'), { recursive: true });
  await mkdir(downloads);
  await writeFile(join(folder, '.config', 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`);
  const children: ChildProcess[] = [];
  const tidy = async () => {
    for (const child of children.reverse()) endGroup(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const display = await openScreen(programs.screen, children);
    const port = await freePort();
    const { XDG_CONFIG_HOME: _, ...environment } = process.env;
    const driverProcess = spawn(programs.bus, ['--', programs.driver, `--port=${port}`], {
      env: {
        ...environment,
        HOME: folder,
        DISPLAY: display,
        LANG: 'en_US.UTF-8',
        // Its sandbox needs rights that a container does not give.
        ...(process.getuid?.() === 0 ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } : {}),
      },
      stdio: 'ignore',
      detached: true,
    });
    children.push(driverProcess);
    const address = `http://localhost:${port}`;
    await waitForDriver(address);
    const driver = await connect(address, programs);
    const capabilities = await driver.getCapabilities();
    return {
      tab: createTab(driver),
      version: `${capabilities.getBrowserName()} ${capabilities.getBrowserVersion()}`,
      downloads,
      async close() {
        await driver.quit().catch(() => undefined);
        await tidy();
      },
    };
  } catch (thrown) {
    await tidy();
    throw thrown;
  }
}
