/** The one i18next instance: both languages are in the bundle, so words are there before the first paint and offline. */
import { createInstance, type i18n } from 'i18next';
import { resources } from './resources.ts';

/** A translator that is ready at once. React escapes text, so i18next must not do it a second time. */
export function createTranslator(language: string): i18n {
  const translator = createInstance();
  // initAsync false: nothing is fetched, and a first paint without words would flicker.
  void translator.init({
    lng: language,
    fallbackLng: 'en',
    supportedLngs: ['en', 'zh-CN'],
    resources,
    ns: Object.keys(resources.en),
    defaultNS: 'app',
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  return translator;
}
