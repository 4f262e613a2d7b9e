/** How much of the machine's memory a browser's processes hold, as the system counts it. */
import { readFile } from 'node:fs/promises';
import type { Browser } from '@playwright/test';

/**
 * What a process has for itself, in bytes, as the browser's own task manager counts it: without the program file, which lies
 * in memory once for all of its processes (140 MB).
 */
export interface ProcessMemory {
  /** The pages', with their workers: one number a process. Empty where /proc is not. */
  readonly renderers: readonly number[];
  readonly gpu: number;
}

/** The function returned reads them as they are when it is called. */
export async function openProcessMeter(browser: Browser): Promise<() => Promise<ProcessMemory>> {
  const session = await browser.newBrowserCDPSession();
  return async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const sizes = await Promise.all(
      processInfo.map(async ({ id, type }) => {
        const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
        const own = ['RssAnon', 'RssShmem', 'VmSwap'].map((kind) =>
          Number(new RegExp(`^${kind}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0),
        );
        return { type, bytes: own.reduce((sum, kilobytes) => sum + kilobytes, 0) * 1024 };
      }),
    );
    const of = (wanted: string) =>
      sizes.filter(({ type, bytes }) => type === wanted && bytes > 0).map(({ bytes }) => bytes);
    return { renderers: of('renderer'), gpu: of('GPU').reduce((sum, bytes) => sum + bytes, 0) };
  };
}
