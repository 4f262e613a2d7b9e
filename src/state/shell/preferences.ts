/** The few choices a person makes once: language, backend, arithmetic. Remembered in localStorage, which is enough for them. */
import { createStore } from 'zustand/vanilla';
import type { BackendPreference } from '../../domain/backends.ts';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];
export const BACKEND_PREFERENCES: readonly BackendPreference[] = ['auto', 'webgpu', 'webgl', 'cpu', 'wasm'];

export interface Preferences {
  readonly language: Language;
  readonly backend: BackendPreference;
  /** float32 even where 8-bit integers are faster. */
  readonly exact: boolean;
  /** Fingerprint of the weights of their own that the person works with; null: those that are published with the app. */
  readonly backbone: string | null;
}

const KEY = 'headstart.preferences';

/** The first language of the browser that the app speaks. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

/** What was remembered; anything unknown in it falls back to the default. */
export function parsePreferences(text: string | null, browserLanguages: readonly string[]): Preferences {
  const language = languageFor(browserLanguages);
  const defaults: Preferences = { language, backend: 'auto', exact: false, backbone: null };
  if (text === null) return defaults;
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return defaults;
  }
  if (typeof stored !== 'object' || stored === null) return defaults;
  const {
    language: spoken,
    backend,
    exact,
    backbone,
  } = stored as Partial<Record<keyof Preferences, unknown>>;
  // Before there was this choice, "wasm" meant the processor; its fastest way has another name now.
  const wanted = backend === 'wasm' && exact === undefined ? 'cpu' : backend;
  return {
    language: LANGUAGES.find((known) => known === spoken) ?? defaults.language,
    backend: BACKEND_PREFERENCES.find((known) => known === wanted) ?? defaults.backend,
    exact: exact === true,
    backbone: typeof backbone === 'string' ? backbone : null,
  };
}

function readStored(): string | null {
  try {
    return globalThis.localStorage?.getItem(KEY) ?? null;
  } catch (thrown) {
    // Storage forbidden by the browser: the defaults serve.
    console.warn('preferences cannot be read', thrown);
    return null;
  }
}

export const preferencesStore = createStore<Preferences>(() =>
  parsePreferences(readStored(), globalThis.navigator?.languages ?? []),
);

/** Changes a choice and remembers it. */
export function setPreferences(change: Partial<Preferences>): void {
  preferencesStore.setState(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(preferencesStore.getState()));
  } catch (thrown) {
    console.warn('preferences cannot be kept', thrown);
  }
}
