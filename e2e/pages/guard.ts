/** Watches everything that a browser does during a test: privacy and safety are checked in every test, not in one. */
import { type BrowserContext, expect } from '@playwright/test';

const isWeb = (url: URL) => /^(https?|wss?):$/.test(url.protocol);

export class Guard {
  /** Addresses asked for, in order. */
  readonly requests: string[] = [];
  /** Names of this machine. */
  readonly hosts = new Set(['localhost']);
  /** What must not happen: requests to elsewhere, violated policies, dialogs, uncaught errors. */
  readonly problems: string[] = [];

  /** Every request must stay on the origin of the page that the test has opened, which is on this machine. */
  watch(context: BrowserContext): void {
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (!isWeb(url)) return;
      this.requests.push(url.href);
      if (!this.hosts.has(url.hostname)) this.problems.push(`request to ${url.href}`);
    });
    context.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) this.problems.push(message.text());
    });
    context.on('dialog', (dialog) => {
      this.problems.push(`dialog ${dialog.type()}: ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on('weberror', (webError) => {
      this.problems.push(`uncaught: ${webError.error().stack ?? webError.error().message}`);
    });
  }

  /** What went wrong so far, taken off the list: for tests that provoke it. */
  takeProblems(): readonly string[] {
    return this.problems.splice(0);
  }

  expectNothingWrong(): void {
    expect(this.problems, 'requests to elsewhere, violated policies, dialogs, uncaught errors').toEqual([]);
  }
}
