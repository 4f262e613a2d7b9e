/** Every visible string, one file a view and a language. The English files give the keys their types. */
import { words as english } from './en.ts';
import type { WordTable } from './namespaces.ts';

/** Namespace to its words in English. Each view adds its own in its `view.ts`. */
export interface Words {
  app: typeof import('./en/app.json');
  errors: typeof import('./en/errors.json');
}
export type Namespace = keyof Words;

/** How the words of each language are had; only the English ones are there at once. */
export const LANGUAGE_WORDS = {
  en: () => Promise.resolve(english),
  'zh-CN': async () => (await import('./zh-CN.ts')).words,
} as const satisfies Readonly<Record<string, () => Promise<WordTable>>>;
export type Language = keyof typeof LANGUAGE_WORDS;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: Words;
  }
}
