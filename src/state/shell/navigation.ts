/** Which view is shown, kept in the address after `#` so that links, back and any sub-path work without a server. */
import { createStore } from 'zustand/vanilla';

/** Where one can go. Here are those that state itself leads to; each view adds itself in its `view.ts`. */
export interface Views {
  train: true;
  result: true;
}
export type View = keyof Views;

export interface Place {
  /** As the address has it; what is no view's id is for the shell to judge. */
  readonly view: string;
  /** What comes after the view: a model's id in `#/result/<modelId>`. */
  readonly param: string | null;
}

/** The place an address's hash names. */
export function parseHash(hash: string): Place {
  const [view = '', param = ''] = hash.replace(/^#\/?/, '').split('/');
  if (param === '') return { view, param: null };
  try {
    return { view, param: decodeURIComponent(param) };
  } catch {
    // A lone % typed by hand: the view is still clear.
    return { view, param: null };
  }
}

/** The hash of a place, for `href`. */
export function toHash(view: View, param: string | null = null): string {
  return param === null ? `#/${view}` : `#/${view}/${encodeURIComponent(param)}`;
}

export const navigationStore = createStore<Place>(() => parseHash(globalThis.location?.hash ?? ''));

/** Goes to a view and leaves a step in the history. */
export function navigate(view: View, param: string | null = null): void {
  location.hash = toHash(view, param);
}

/** Follows the address from now on. Returns the end of it. */
export function startNavigation(): () => void {
  const follow = () => navigationStore.setState(parseHash(location.hash), true);
  follow();
  window.addEventListener('hashchange', follow);
  return () => window.removeEventListener('hashchange', follow);
}
