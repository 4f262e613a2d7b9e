/** The one i18next instance. It can say everything in English at once; the words of other languages are brought to it. */
import { createInstance, type i18n } from 'i18next';
import { words as english } from './en.ts';
import { LANGUAGE_WORDS, type Language } from './resources.ts';

/** A translator that speaks English. React escapes text, so i18next must not do it a second time. */
export function createTranslator(): i18n {
  const translator = createInstance();
  // initAsync false: nothing is fetched, and a first paint without words would flicker.
  void translator.init({
    lng: 'en',
    fallbackLng: 'en',
    supportedLngs: Object.keys(LANGUAGE_WORDS),
    resources: { en: english },
    ns: Object.keys(english),
    defaultNS: 'app',
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  return translator;
}

/** Brings a language's words, unless they are there. @throws TypeError where they cannot be fetched */
export async function loadWords(translator: i18n, language: Language): Promise<void> {
  if (translator.hasResourceBundle(language, 'app')) return;
  const words = await LANGUAGE_WORDS[language]();
  for (const [namespace, sentences] of Object.entries(words)) {
    translator.addResourceBundle(language, namespace, sentences);
  }
}
