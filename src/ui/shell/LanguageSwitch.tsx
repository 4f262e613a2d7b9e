/** English or 简体中文, each in its own script, so that it can be found by those who need it. */
import { NativeSelect } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { LANGUAGES, preferencesStore, setPreferences } from '../../state/shell/preferences.ts';

export function LanguageSwitch() {
  const { t } = useTranslation('app');
  const language = useStore(preferencesStore, (preferences) => preferences.language);
  return (
    <NativeSelect
      aria-label={t('language.label')}
      size="xs"
      w={120}
      leftSection={<IconLanguage size={16} aria-hidden />}
      value={language}
      onChange={(event) => {
        const chosen = LANGUAGES.find((known) => known === event.currentTarget.value);
        if (chosen) setPreferences({ language: chosen });
      }}
      data={LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) }))}
    />
  );
}
