/** What a run in the page takes, by what its bar says it is doing. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page, Worker } from '@playwright/test';
import { openProcessMeter } from './processMemory.ts';
import { readWasmBytes } from './wasmMemory.ts';

const SAMPLE_EVERY_MS = 500;
const ASK_EVERY_MS = 2000;
/** The browser answers at once how much each script holds; else it waits for its next clean-up, half a minute or more. */
export const EAGER_MEASURE_FLAG = '--enable-blink-features=ForceEagerMeasureMemory';

export interface MemoryStage {
  /** The app's words. */
  readonly doing: string;
  /** Of the page's process, with all its workers, at its highest; null where /proc is not. */
  readonly processBytes: number | null;
}

export interface MemoryReading {
  /** In their order; one that comes again is told again. */
  readonly stages: readonly MemoryStage[];
  /** What the browser says of each script at its highest, by the name of its file: all but WebAssembly memory. */
  readonly scriptBytes: Readonly<Record<string, number>>;
  /** WebAssembly memory of the worker that trains, at its highest, as reserved. */
  readonly engineWasmBytes: number;
}

/** Of the specification "Measure Memory API". */
interface MemoryMeasurement {
  readonly breakdown: readonly {
    readonly bytes: number;
    readonly attribution: readonly { readonly url: string; readonly scope: string }[];
  }[];
}

function fileOf({ url, scope }: MemoryMeasurement['breakdown'][number]['attribution'][number]): string {
  if (scope === 'Window') return 'page';
  return (url.split('/').at(-1) ?? '').replace(/-[\w-]{8}\.js$/, '');
}

async function measureScripts(page: Page): Promise<Record<string, number>> {
  const { breakdown } = await page.evaluate(() =>
    (
      performance as Performance & { measureUserAgentSpecificMemory(): Promise<MemoryMeasurement> }
    ).measureUserAgentSpecificMemory(),
  );
  const sums: Record<string, number> = {};
  for (const { bytes, attribution } of breakdown) {
    const [first] = attribution;
    const name = first ? fileOf(first) : 'shared';
    sums[name] = (sums[name] ?? 0) + bytes;
  }
  return sums;
}

const isEngine = (worker: Worker) => fileOf({ url: worker.url(), scope: '' }) === 'engine.worker';

async function doingNow(page: Page): Promise<string | null> {
  const bars = page.getByRole('main').getByRole('progressbar');
  const names = await bars.evaluateAll((found) => found.map((bar) => bar.getAttribute('aria-label')));
  return names[0] ?? null;
}

/**
 * Looks until the function returned is called.
 * @param page whose workers had their memories noted from their start
 * @throws Error where the browser cannot be asked
 */
export async function watchPageMemory(page: Page): Promise<() => Promise<MemoryReading>> {
  const browser = page.context().browser();
  if (!browser) throw new Error('a page without a browser');
  const read = await openProcessMeter(browser);
  const stages: { doing: string; processBytes: number | null }[] = [];
  const scriptBytes: Record<string, number> = {};
  let engineWasmBytes = 0;
  let isOver = false;

  const look = async () => {
    const doing = (await doingNow(page)) ?? stages.at(-1)?.doing ?? 'Reading the pictures';
    if (stages.at(-1)?.doing !== doing) stages.push({ doing, processBytes: null });
    const { renderers } = await read();
    const stage = stages.at(-1);
    // The browser may keep an empty one at hand: the app's is the largest.
    if (stage && renderers.length > 0) stage.processBytes = Math.max(stage.processBytes ?? 0, ...renderers);
  };
  const watching = (async () => {
    while (!isOver) {
      await look();
      await sleep(SAMPLE_EVERY_MS);
    }
  })();
  const asking = (async () => {
    while (!isOver) {
      for (const [name, bytes] of Object.entries(await measureScripts(page)))
        scriptBytes[name] = Math.max(scriptBytes[name] ?? 0, bytes);
      const inWasm = await Promise.all(page.workers().filter(isEngine).map(readWasmBytes));
      engineWasmBytes = Math.max(engineWasmBytes, ...inWasm);
      await sleep(ASK_EVERY_MS);
    }
  })();
  // Told to whoever asks for the reading, not to nobody.
  for (const loop of [watching, asking]) loop.catch(() => undefined);
  return async () => {
    isOver = true;
    await Promise.all([watching, asking]);
    return { stages, scriptBytes, engineWasmBytes };
  };
}
