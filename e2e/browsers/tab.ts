/** What a check asks of a browser, however its driver speaks to it: the common part of WebDriver and WebDriver BiDi. */

export interface Tab {
  /** Returns once the page has loaded. */
  open(address: string): Promise<void>;
  reload(): Promise<void>;
  /** Calls a function in the page. It may be async and knows nothing but its arguments; all of them and the answer are JSON. */
  ask<Args extends readonly unknown[], Answer>(
    inPage: (...args: Args) => Answer | Promise<Answer>,
    ...args: Args
  ): Promise<Answer>;
  /** Runs a script as a whole, as a library is. */
  runScript(source: string): Promise<void>;
  /** A real click, by the browser's own hand. @param css of one element */
  click(css: string): Promise<void>;
  /** Replaces what stands in a field. */
  fill(css: string, text: string): Promise<void>;
  /** Answers the dialog of a file input. */
  giveFiles(css: string, paths: readonly string[]): Promise<void>;
}

/** A browser that runs, with one tab. */
export interface RunningBrowser {
  readonly tab: Tab;
  /** As it calls itself. */
  readonly version: string;
  /** The folder into which it downloads. */
  readonly downloads: string;
  close(): Promise<void>;
}

/** A function and its arguments as one expression. */
export function toExpression(inPage: (...args: never[]) => unknown, args: readonly unknown[]): string {
  return `(${inPage})(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
}
