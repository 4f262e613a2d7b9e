/** A person at a browser with a profile of its own on the disk, whose tab may be killed and opened again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, errors, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS } from '../../tools/chromium.ts';
import { Person, type ViewName } from '../pages/person.ts';
import { killProcesses } from './processes.ts';

/** What does not answer for so long is taken for gone. */
const ACTION_MS = 30_000;
const WORDS_MS = 5000;
const CLICKS = 3;
const TABS = 4;
/** A tab whose process, or whose service worker's, was killed before it was there may never come. */
const TAB_MS = 15_000;
const LOAD_MS = 20_000;
/** How long the browser may take to see that a process is gone. */
const NOTICED_WITHIN_MS = 3000;

export interface VisitorOptions {
  readonly executablePath: string;
  /** Address of the app, with a slash at its end. */
  readonly url: string;
  readonly flags?: readonly string[];
}

/** Texts of messages and errors, gathered in the page from its first moment on. */
type Listening = Window & { heardWords?: string[] };

/**
 * Runs in the page. By name and role, as a screen reader would find them.
 * What tsx wraps named functions in is not there in the page; the first line puts it there.
 */
const LISTEN = `globalThis.__name ??= (named) => named;
if (globalThis.document) {
  const heard = (globalThis.heardWords = []);
  const look = () => {
    const said = [
      ...document.querySelectorAll('section[aria-label="Messages"] p'),
      ...document.querySelectorAll('[role="alert"]'),
    ];
    for (const element of said) {
      const text = (element.innerText ?? '').split(/\\n?(?:Technical details|Try again$)/)[0].replace(/\\s+/g, ' ').trim();
      if (text !== '' && !heard.includes(text)) heard.push(text);
    }
  };
  const start = () => {
    new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true, characterData: true });
    look();
  };
  if (document.documentElement) start();
  else document.addEventListener('DOMContentLoaded', start);
}`;

async function startBrowser({ executablePath, flags = [] }: VisitorOptions, profile: string) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...CHROMIUM_FLAGS, ...flags],
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    // Nobody looks at what fades; a thousand times a fifth of a second is three minutes.
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(ACTION_MS);
  await context.addInitScript(LISTEN);
  const browser = context.browser();
  if (!browser) throw new Error('a profile without a browser');
  return { context, browser };
}

export class Visitor {
  private current: Person | null = null;
  /** Errors that nobody caught, in any tab. */
  readonly uncaught: string[] = [];
  /** Tabs that opened, and pages that came, only when they were asked for again. */
  askedAgain = 0;

  private constructor(
    private readonly options: VisitorOptions,
    private readonly profile: string,
    private running: { readonly context: BrowserContext; readonly browser: Browser },
  ) {
    this.watch();
  }

  static async launch(options: VisitorOptions): Promise<Visitor> {
    const profile = await mkdtemp(join(tmpdir(), 'headstart-faults-'));
    return new Visitor(options, profile, await startBrowser(options, profile));
  }

  private watch(): void {
    this.context.on('weberror', (error) => void this.uncaught.push(error.error().message));
    // A page that asks before it is left gets the answer that a crash would give.
    this.context.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
  }

  get context(): BrowserContext {
    return this.running.context;
  }

  get browser(): Browser {
    return this.running.browser;
  }

  /** Address of the app. */
  get url(): string {
    return this.options.url;
  }

  /** @throws Error before the first `open` */
  get person(): Person {
    if (!this.current) throw new Error('nothing is open');
    return this.current;
  }

  get page(): Page {
    return this.person.page;
  }

  /** One that opens, asked for again where it does not. @throws Error where none of them opens */
  private async newTab(): Promise<Page> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.tryTab();
      } catch (thrown) {
        if (tried === TABS) throw thrown;
        this.askedAgain += 1;
      }
    }
  }

  /** @throws Error where it does not open: the process that waits for the next tab may be one of those that were killed */
  private async tryTab(): Promise<Page> {
    const opening = this.context.newPage();
    // Nobody listens any more to one that comes too late; `freshPage` closes it.
    opening.catch(() => undefined);
    const late = sleep(TAB_MS, null, { ref: false });
    const page = await Promise.race([opening, late]);
    if (!page) throw new Error(`no tab opened within ${TAB_MS / 1000} s`);
    return page;
  }

  /** A tab that is not the app's, to reach what the browser keeps. Closes the one before. */
  private async freshPage(): Promise<Page> {
    if (!this.browser.isConnected()) {
      this.running = await startBrowser(this.options, this.profile);
      this.watch();
    }
    const page = await this.newTab();
    // Afterwards: a browser without a tab might end.
    for (const other of this.context.pages()) if (other !== page) await other.close().catch(() => undefined);
    return page;
  }

  /** Opens the app in a new tab; the tab before, alive or not, is closed without a question. */
  async open(address = './'): Promise<Person> {
    const page = await this.freshPage();
    return this.show(page, address);
  }

  /** Opens the app anew where the browser gives it so much room, as long as this tab is open. @returns sets it */
  async openInRoom(quotaBytes: number): Promise<(quotaBytes: number | null) => Promise<void>> {
    const page = await this.freshPage();
    const session = await this.context.newCDPSession(page);
    const { origin } = new URL(this.url);
    const setRoom = async (quotaSize: number | null) => {
      const room = quotaSize === null ? {} : { quotaSize };
      await session.send('Storage.overrideQuotaForOrigin', { origin, ...room });
    };
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await setRoom(quotaBytes);
    await this.show(page, './');
    return setRoom;
  }

  /** Opens the app in one more tab; `person` stays who it was. */
  async openBeside(address = './'): Promise<Person> {
    const page = await this.newTab();
    await this.goto(page, address);
    return new Person(page);
  }

  /** From here on it is about this tab; all others are closed. */
  async turnTo(person: Person): Promise<void> {
    this.current = person;
    for (const other of this.context.pages()) if (other !== person.page) await other.close();
  }

  private async show(page: Page, address: string): Promise<Person> {
    await this.goto(page, address);
    this.current = new Person(page);
    return this.current;
  }

  private async goto(page: Page, address: string): Promise<void> {
    const url = new URL(address, this.url).href;
    await page.goto(url, { timeout: LOAD_MS }).catch((thrown: unknown) => {
      if (!(thrown instanceof errors.TimeoutError)) throw thrown;
      // As a person does whose tab stays empty.
      this.askedAgain += 1;
      return page.goto(url);
    });
    await page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** Deletes what the browser keeps of the app, but for its code and weights, and opens it anew. */
  async startAnew(everything = false): Promise<Person> {
    const page = await this.freshPage();
    const session = await this.context.newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', {
      origin: new URL(this.url).origin,
      storageTypes: everything ? 'all' : 'indexeddb,local_storage,file_systems',
    });
    await session.detach();
    return this.show(page, './');
  }

  /** Goes to a view; on a busy machine the page may need a second look at the click. */
  async goTo(view: ViewName): Promise<void> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.person.goTo(view);
      } catch (thrown) {
        if (tried === CLICKS) throw thrown;
      }
    }
  }

  /** Ends the processes of all tabs, workers and service workers in the middle of what they do. */
  async kill(): Promise<void> {
    // A tab that was closed or gone before does not say so again.
    const gone = this.current?.page
      .waitForEvent('crash', { timeout: NOTICED_WITHIN_MS })
      .catch(() => undefined);
    await killProcesses(this.browser, 'renderer');
    await gone;
  }

  /** What the page has said since it was opened or since `takeWords`; nothing where it does not answer. */
  async words(person = this.current): Promise<readonly string[]> {
    if (!person) return [];
    const asked = person.page.evaluate(() => [...((window as Listening).heardWords ?? [])]).catch(() => []);
    return Promise.race([asked, sleep(WORDS_MS).then(() => [])]);
  }

  /** The same; what stands on the page no longer is not told again. */
  async takeWords(): Promise<readonly string[]> {
    const words = await this.words();
    const taken = this.current?.page
      .evaluate(() => void (window as Listening).heardWords?.splice(0))
      .catch(() => undefined);
    await Promise.race([taken, sleep(WORDS_MS)]);
    return words;
  }

  async screenshot(file: string): Promise<void> {
    await this.current?.page.screenshot({ path: file, timeout: 5000 }).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
  }
}
