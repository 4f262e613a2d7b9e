/** Waiting for work of any length the way a person does: watching the bar, and giving up when the app names an error. */
import type { Locator, Page } from '@playwright/test';
import { SetupError, say } from '../../tools/say.ts';

const LOOK_EVERY_MS = 250;
const TELL_EVERY_MS = 10_000;

async function shownError(page: Page): Promise<string | null> {
  const alert = page.getByRole('alert').filter({ hasText: 'Technical details' }).first();
  return (await alert.isVisible()) ? await alert.innerText() : null;
}

/** What the bars on the screen say. */
async function progress(page: Page): Promise<string> {
  const bars = await page
    .getByRole('main')
    .getByRole('progressbar')
    .evaluateAll((found) =>
      found.map((bar) => `${bar.getAttribute('aria-label')}: ${bar.getAttribute('aria-valuetext')}`),
    );
  return bars.join('; ');
}

/** @throws SetupError with the app's words when it shows an error meanwhile. */
export async function waitPatiently(page: Page, isDone: () => Promise<boolean>): Promise<void> {
  let toldMs = performance.now();
  while (!(await isDone())) {
    const error = await shownError(page);
    if (error !== null) throw new SetupError(`The app says: ${error}`);
    if (performance.now() - toldMs > TELL_EVERY_MS) {
      const text = await progress(page);
      if (text) say(`  ${text}`);
      toldMs = performance.now();
    }
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
}

/** The system's dialog of the button, answered with `paths`. */
export async function answerDialog(page: Page, button: Locator, paths: string | string[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button.click();
  await (await chooser).setFiles(paths, { timeout: 0 });
}

type WithSteps = Window & { driveSteps?: { name: string; startMs: number }[] };

/** Notes in the page when each step of a training begins; the function returned gives the seconds of each step. */
export async function timeTrainingSteps(page: Page): Promise<() => Promise<Record<string, number>>> {
  await page.evaluate(() => {
    const steps: { name: string; startMs: number }[] = [];
    (window as WithSteps).driveSteps = steps;
    // No function gets a name here: tsx would wrap it in a helper that the page does not have.
    new MutationObserver(() => {
      const now = document.querySelector('ol[aria-label="Steps of the training"] [aria-current="step"]');
      const name = now?.querySelector('p')?.textContent ?? '';
      if (name !== (steps.at(-1)?.name ?? '')) steps.push({ name, startMs: performance.now() });
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  return async () => {
    const steps = await page.evaluate(() => [
      ...((window as WithSteps).driveSteps ?? []),
      { name: '', startMs: performance.now() },
    ]);
    const seconds: Record<string, number> = {};
    steps.slice(0, -1).forEach(({ name, startMs }, i) => {
      const endMs = steps[i + 1]?.startMs ?? startMs;
      // A lost device sends a run back to an earlier step: its times add up.
      if (name) seconds[name] = (seconds[name] ?? 0) + (endMs - startMs) / 1000;
    });
    return seconds;
  };
}
