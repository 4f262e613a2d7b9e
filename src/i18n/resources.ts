/** Every visible string, one file a view and a language. The English files give the keys their types. */
import { words as english } from './en.ts';
import type { WordTable } from './namespaces.ts';

/** Namespace to its words in English. */
export interface Words {
  answer: typeof import('./en/answer.json');
  app: typeof import('./en/app.json');
  augment: typeof import('./en/augment.json');
  classify: typeof import('./en/classify.json');
  dataset: typeof import('./en/dataset.json');
  errors: typeof import('./en/errors.json');
  evaluate: typeof import('./en/evaluate.json');
  models: typeof import('./en/models.json');
  runs: typeof import('./en/runs.json');
  settings: typeof import('./en/settings.json');
  train: typeof import('./en/train.json');
  tune: typeof import('./en/tune.json');
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
