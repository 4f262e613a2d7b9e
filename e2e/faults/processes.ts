/** The browser's processes: ending them as the system or a crash does, and what they hold of the machine's memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import { openProcessMeter } from '../../tools/bench/processMemory.ts';

const LOOK_EVERY_MS = 250;

export type ProcessKind = 'renderer' | 'GPU';

async function idsOf(browser: Browser, kind: ProcessKind): Promise<readonly number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === kind).map(({ id }) => id);
}

/** Ends every process of that kind at once, in the middle of whatever it does. @returns how many */
export async function killProcesses(browser: Browser, kind: ProcessKind): Promise<number> {
  const ids = await idsOf(browser, kind);
  for (const id of ids) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // It has ended by itself since it was listed.
    }
  }
  return ids.length;
}

/** Looks until the function returned is called, which gives the most that all renderers held together, bytes. */
export async function watchRenderers(browser: Browser): Promise<() => Promise<number>> {
  const read = await openProcessMeter(browser);
  let peakBytes = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const { renderers } = await read();
      peakBytes = Math.max(
        peakBytes,
        renderers.reduce((sum, bytes) => sum + bytes, 0),
      );
      await sleep(LOOK_EVERY_MS);
    }
  })();
  // Told to whoever asks for the figure, not to nobody.
  watching.catch(() => undefined);
  return async () => {
    isOver = true;
    await watching;
    return peakBytes;
  };
}
