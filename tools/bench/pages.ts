/** Each side of the bench in a browser of its own: what it offers as `bench`, and the memory it takes. */
import { type Browser, chromium, type Page } from '@playwright/test';
import { openProcessMeter } from './processMemory.ts';

const MEMORY_EVERY_MS = 200;

/** A page's `bench` object as it is seen from Node: all its methods answer later. */
type Methods = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

export interface BenchPage<Bench extends Methods> {
  call<Name extends Extract<keyof Bench, string>>(
    name: Name,
    ...args: Parameters<Bench[Name]>
  ): Promise<Awaited<ReturnType<Bench[Name]>>>;
  /** A second visit: everything in the page is gone, what the browser keeps is not. */
  reload(): Promise<void>;
  /** Sum of the resident memory of the browser's page processes at its highest; null where /proc is not. */
  peakBytes(): Promise<number | null>;
}

/** Samples until it is asked. */
async function watchMemory(browser: Browser): Promise<() => Promise<number | null>> {
  const read = await openProcessMeter(browser);
  let peakBytes: number | null = null;
  const sample = async () => {
    const { renderers, gpu } = await read();
    const total = renderers.reduce((sum, size) => sum + size, gpu);
    if (total > 0) peakBytes = Math.max(peakBytes ?? 0, total);
  };
  const timer = setInterval(() => void sample().catch(() => clearInterval(timer)), MEMORY_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await sample();
    return peakBytes;
  };
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => console.error(error));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(message.text());
  });
  await page.goto(url);
  await page.waitForFunction(() => 'bench' in globalThis);
  return page;
}

export interface Browsers {
  /** @typeParam Bench what the page at that address puts into `globalThis.bench` */
  open<Bench extends Methods>(url: string): Promise<BenchPage<Bench>>;
  closeAll(): Promise<void>;
}

/** Starts a browser for every page that is opened, so that one's memory is never counted as another's. */
export function createBrowsers(executablePath: string, args: readonly string[]): Browsers {
  const browsers: Browser[] = [];
  return {
    async open<Bench extends Methods>(url: string): Promise<BenchPage<Bench>> {
      const browser = await chromium.launch({ executablePath, args: [...args] });
      browsers.push(browser);
      const peakBytes = await watchMemory(browser);
      const page = await openPage(browser, url);
      return {
        peakBytes,
        call: (name, ...values) =>
          page.evaluate(
            ([method, given]) => {
              const { bench } = globalThis as typeof globalThis & {
                bench: Record<string, (...args: unknown[]) => Promise<unknown>>;
              };
              return bench[method]?.(...given);
            },
            [name, values as unknown[]] as const,
          ) as Promise<Awaited<ReturnType<Bench[typeof name]>>>,
        async reload() {
          await page.reload();
          await page.waitForFunction(() => 'bench' in globalThis);
        },
      };
    },
    async closeAll() {
      await Promise.all(browsers.map((browser) => browser.close()));
    },
  };
}
