/** The language that was chosen is the one that is spoken, once its words are there; until then the old one stays. */
import type { i18n } from 'i18next';
import { loadWords } from '../../i18n/translator.ts';
import { notify } from '../../state/shell/notices.ts';
import { type Language, preferencesStore, setPreferences } from '../../state/shell/preferences.ts';

/**
 * Speaks the language of the preferences, and follows them from now on.
 * Resolves once the page can be painted: in that language, or in English if its words cannot be had.
 */
export async function startLanguage(translator: i18n): Promise<void> {
  const { language } = preferencesStore.getState();
  // What was remembered stays so: the next start may be luckier.
  await speak(translator, language, (spoken) => preferencesStore.setState({ language: spoken }));
  preferencesStore.subscribe(({ language: wanted }, { language: before }) => {
    if (wanted !== before) void speak(translator, wanted, (spoken) => setPreferences({ language: spoken }));
  });
}

/** @param goBack is told the language that stays, where the other cannot be had */
async function speak(translator: i18n, wanted: Language, goBack: (spoken: Language) => void): Promise<void> {
  const isStillWanted = () => preferencesStore.getState().language === wanted;
  try {
    await loadWords(translator, wanted);
    // Slow words must not talk over a choice that was made meanwhile.
    if (!isStillWanted()) return;
    await translator.changeLanguage(wanted);
    document.documentElement.lang = wanted;
  } catch (thrown) {
    console.error('words cannot be had', wanted, thrown);
    if (!isStillWanted()) return;
    goBack(translator.language as Language);
    notify({
      kind: 'warning',
      messageKey: 'app:language.unavailable',
      whatKey: `app:language.${wanted}`,
      topic: 'language',
    });
  }
}
