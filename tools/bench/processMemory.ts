/** How much of the machine's memory a browser's processes hold, as the system counts it. */
import { readFile } from 'node:fs/promises';
import type { Browser } from '@playwright/test';

/** Resident memory, in bytes. */
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
        return { type, bytes: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024 };
      }),
    );
    const of = (wanted: string) =>
      sizes.filter(({ type, bytes }) => type === wanted && bytes > 0).map(({ bytes }) => bytes);
    return { renderers: of('renderer'), gpu: of('GPU').reduce((sum, bytes) => sum + bytes, 0) };
  };
}
