/** What a person does with the app in any browser, in the words that stand on the screen. */
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../../tools/paths.ts';
import {
  chooseInPage,
  findInputInPage,
  isLibraryThere,
  isReadyOfflineInPage,
  MARK,
  messagesInPage,
  noteMessagesInPage,
  type Seen,
  seeInPage,
  unmarkInPage,
  type Wanted,
} from './lookInPage.ts';
import type { RunningBrowser, Tab } from './tab.ts';

const LIBRARY = readFileSync(
  join(ROOT, 'node_modules/@testing-library/dom/dist/@testing-library/dom.umd.min.js'),
  'utf8',
);
const TRIES = 4;
const EFFECT_WITHIN_MS = 3000;
const LOOK_EVERY_MS = 300;
/** Long: a busy machine is slow, and only what never comes is an error. */
const PATIENCE_MS = 120_000;

const MAIN: Wanted = { role: 'main' };
const TECHNICAL = /Technical details/;

export class Visitor {
  readonly tab: Tab;
  readonly downloads: string;

  constructor({ tab, downloads }: RunningBrowser) {
    this.tab = tab;
    this.downloads = downloads;
  }

  async see(wanted: Wanted): Promise<Seen | null> {
    // Gone with every page that was left.
    if (!(await this.tab.ask(isLibraryThere))) {
      await this.tab.runScript(LIBRARY);
      await this.tab.ask(noteMessagesInPage);
    }
    return this.tab.ask(seeInPage, wanted, MARK);
  }

  /** @throws Error with the app's own words if it shows an error, or if it does not come in time */
  async waitFor(
    wanted: Wanted,
    { fits = () => true, withinMs = PATIENCE_MS }: { fits?: (seen: Seen) => boolean; withinMs?: number } = {},
  ): Promise<Seen> {
    const endMs = performance.now() + withinMs;
    let last: Seen | null = null;
    while (performance.now() < endMs) {
      last = await this.see(wanted);
      if (last && fits(last)) return last;
      await this.throwShownError();
      await pause(LOOK_EVERY_MS);
    }
    const before = last ? `; last seen: ${JSON.stringify(last.text)}` : '';
    throw new Error(`no ${wanted.role} “${wanted.name ?? ''}” within ${withinMs / 1000} s${before}`);
  }

  waitForText(wanted: Wanted, pattern: RegExp, withinMs = PATIENCE_MS): Promise<Seen> {
    return this.waitFor(wanted, { fits: ({ text }) => pattern.test(text), withinMs });
  }

  /** Waits for a message of the app; one that has gone since counts as well. */
  async waitForMessage(pattern: RegExp, withinMs = PATIENCE_MS): Promise<void> {
    await this.until(`message ${pattern}`, withinMs, async () =>
      pattern.test(await this.tab.ask(messagesInPage)),
    );
  }

  async waitUntilOfflineReady(): Promise<void> {
    await this.until('service worker', PATIENCE_MS, () => this.tab.ask(isReadyOfflineInPage));
  }

  private async until(what: string, withinMs: number, isSo: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (!(await isSo())) {
      await this.throwShownError();
      if (performance.now() > endMs) throw new Error(`no ${what} within ${withinMs / 1000} s`);
      await pause(LOOK_EVERY_MS);
    }
  }

  private async throwShownError(): Promise<void> {
    const alert = await this.see({ role: 'alert' });
    if (alert && TECHNICAL.test(alert.text)) throw new Error(`the app says: ${alert.text}`);
  }

  /** Waits until it can be pressed. */
  async press(wanted: Wanted, withinMs = PATIENCE_MS): Promise<void> {
    const { css } = await this.waitFor(wanted, { fits: ({ isDisabled }) => !isDisabled, withinMs });
    await this.tab.click(css);
  }

  pressButton(name: string, withinMs = PATIENCE_MS): Promise<void> {
    return this.press({ role: 'button', name, within: MAIN }, withinMs);
  }

  async goTo(view: string): Promise<void> {
    await this.press({ role: 'link', name: view, within: { role: 'navigation', name: 'Steps' } });
    await this.waitFor({ role: 'heading' });
  }

  /** Files as the answer to the dialog of a button. */
  async choose(button: string, paths: readonly string[]): Promise<void> {
    const { css } = await this.waitFor({ role: 'button', name: button, within: MAIN });
    const input = await this.tab.ask(findInputInPage, css, MARK);
    if (input === null) throw new Error(`no file input behind “${button}”`);
    await this.tab.giveFiles(input, paths);
    await this.tab.ask(unmarkInPage, MARK);
  }

  async unfold(title: string): Promise<void> {
    await this.untilIt(
      { role: 'button', name: title, within: MAIN },
      ({ isOn }) => isOn,
      ({ css }) => this.tab.click(css),
    );
  }

  /** A switch, a radio button or a check box. */
  async set(wanted: Wanted, isOn: boolean): Promise<void> {
    await this.untilIt(
      wanted,
      (now) => now.isOn === isOn,
      ({ css }) => this.tab.click(css),
    );
  }

  async fill(name: string, value: number): Promise<void> {
    await this.untilIt(
      { role: 'textbox', name, within: MAIN },
      (now) => now.value.replace(/\D/g, '') === String(value),
      ({ css }) => this.tab.fill(css, String(value)),
    );
  }

  /** A panel that still unfolds moves away under the hand: what had no effect is done once more, as a person does. */
  private async untilIt(
    wanted: Wanted,
    fits: (seen: Seen) => boolean,
    act: (seen: Seen) => Promise<void>,
  ): Promise<void> {
    for (let tried = 0; tried < TRIES; tried++) {
      const seen = await this.waitFor(wanted);
      if (fits(seen)) return;
      await act(seen);
      await this.waitFor(wanted, { fits, withinMs: EFFECT_WITHIN_MS }).catch(() => undefined);
    }
    await this.waitFor(wanted, { fits, withinMs: EFFECT_WITHIN_MS });
  }

  async select(name: string, label: string): Promise<void> {
    const { css } = await this.waitFor({ role: 'combobox', name, within: MAIN });
    if (!(await this.tab.ask(chooseInPage, css, label))) throw new Error(`no option “${label}”`);
  }

  /** Waits for a file that was not there before, until it is whole. */
  async download(begin: () => Promise<void>, withinMs = PATIENCE_MS): Promise<string> {
    const before = new Set(await readdir(this.downloads));
    await begin();
    const endMs = performance.now() + withinMs;
    let lastBytes = -1;
    while (performance.now() < endMs) {
      await pause(1000);
      const files = (await readdir(this.downloads)).filter((file) => !before.has(file));
      const file = files.length === 1 ? files[0] : undefined;
      if (file === undefined || /\.(part|crdownload|wkdownload)$/.test(file)) continue;
      const { size } = await stat(join(this.downloads, file));
      if (size > 0 && size === lastBytes) return join(this.downloads, file);
      lastBytes = size;
    }
    throw new Error('nothing was downloaded');
  }
}
