/** Functions that run in the page and find things by role and name, as a screen reader would. They know nothing but their arguments. */
import type { queries } from '@testing-library/dom';

/** What is looked for: a role and its accessible name. A name between slashes is a pattern. */
export interface Wanted {
  readonly role: string;
  readonly name?: string;
  /** Only what stands in it. */
  readonly within?: Wanted;
}

export interface Seen {
  /** Selects the element; until the page is loaded anew. */
  readonly css: string;
  readonly text: string;
  readonly value: string;
  readonly isDisabled: boolean;
  readonly isOn: boolean;
}

/** The attribute by which a driver finds what was seen. */
export const MARK = 'data-seen';

type WithLibrary = typeof globalThis & { TestingLibraryDom?: typeof queries };

export function isLibraryThere(): boolean {
  return (globalThis as WithLibrary).TestingLibraryDom !== undefined;
}

/** The first that fits and is not hidden; null where there is none. */
export function seeInPage(wanted: Wanted, mark: string): Seen | null {
  const library = (globalThis as WithLibrary).TestingLibraryDom;
  if (!library) throw new Error('the library is not there');
  const chain: Wanted[] = [];
  for (let next: Wanted | undefined = wanted; next; next = next.within) chain.unshift(next);
  let element: HTMLElement = document.body;
  for (const { role, name } of chain) {
    const pattern = /^\/(.*)\/$/.exec(name ?? '');
    const found = library.queryAllByRole(element, role, {
      ...(name === undefined ? {} : { name: pattern ? new RegExp(pattern[1] ?? '') : name }),
    })[0];
    if (!found) return null;
    element = found;
  }
  const number = `${Number(document.body.getAttribute(mark) ?? '0') + 1}`;
  document.body.setAttribute(mark, number);
  // A person clicks what stands there for a switch that draws itself.
  const control = element as HTMLInputElement;
  const isDrawn = ['radio', 'checkbox', 'switch'].includes(wanted.role);
  const shown = isDrawn ? (control.labels?.[0] ?? control) : element;
  shown.setAttribute(mark, number);
  return {
    css: `[${mark}="${number}"]:not(body)`,
    text: element.innerText,
    value: control.value ?? '',
    isDisabled: control.disabled === true || element.getAttribute('aria-disabled') === 'true',
    isOn: control.checked === true || element.getAttribute('aria-expanded') === 'true',
  };
}

type WithMessages = typeof globalThis & { seenMessages?: string[] };

/** Writes down every message from now on: some are gone before a slow driver looks again. */
export function noteMessagesInPage(): void {
  const seen: string[] = [];
  (globalThis as WithMessages).seenMessages = seen;
  new MutationObserver(() => {
    const text = document.querySelector<HTMLElement>('section[aria-live]')?.innerText ?? '';
    if (text !== '' && !seen.includes(text)) seen.push(text);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}

export function messagesInPage(): string {
  return ((globalThis as WithMessages).seenMessages ?? []).join('\n');
}

/** Whether the service worker holds all that opens without the internet. */
export async function isReadyOfflineInPage(): Promise<boolean> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return registration?.active?.state === 'activated';
}

/** The hidden file input behind a button that was seen. */
export function findInputInPage(css: string, mark: string): string | null {
  const input = document.querySelector(css)?.nextElementSibling;
  if (!(input instanceof HTMLInputElement) || input.type !== 'file') return null;
  input.setAttribute(mark, 'input');
  return `input[${mark}="input"]`;
}

/** Takes the mark off again, so that the next input is the only one. */
export function unmarkInPage(mark: string): void {
  for (const input of document.querySelectorAll(`input[${mark}]`)) input.removeAttribute(mark);
}

/** Chooses an option by its words. */
export function chooseInPage(css: string, label: string): boolean {
  const select = document.querySelector<HTMLSelectElement>(css);
  const option = [...(select?.options ?? [])].find(({ text }) => text === label);
  if (!select || !option) return false;
  select.value = option.value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  return true;
}
