/** The few things that can be set, the state of this computer, and thanks to those whose work this stands on. */
import { NativeSelect, SimpleGrid, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { LANGUAGES, preferencesStore, setPreferences } from '../../state/shell/preferences.ts';
import { PageHeader } from '../common/PageHeader.tsx';
import { Panel } from '../common/Panel.tsx';
import { BackendPanel } from './BackendPanel.tsx';
import { PlainHttpNote } from './PlainHttpNote.tsx';
import { PrivacyPanel } from './PrivacyPanel.tsx';
import { StoragePanel } from './StoragePanel.tsx';
import { VersionLine } from './VersionLine.tsx';

const COLOR_SCHEMES = ['auto', 'light', 'dark'] as const;

export function SettingsView() {
  const { t } = useTranslation(['settings', 'app']);
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Stack maw={820}>
        <PlainHttpNote />
        <Panel title={t('appearance')}>
          <Appearance />
        </Panel>
        <BackendPanel />
        <StoragePanel />
        <PrivacyPanel />
        <Panel title={t('credits.title')}>
          <Stack gap="xs">
            {(['weights', 'samples', 'libraries', 'licence'] as const).map((key) => (
              <Text key={key} size="sm">
                {t(`credits.${key}`)}
              </Text>
            ))}
            <VersionLine />
          </Stack>
        </Panel>
      </Stack>
    </>
  );
}

function Appearance() {
  const { t } = useTranslation('app');
  const language = useStore(preferencesStore, (preferences) => preferences.language);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NativeSelect
        label={t('language.label')}
        value={language}
        onChange={(event) => {
          const chosen = LANGUAGES.find((known) => known === event.currentTarget.value);
          if (chosen) setPreferences({ language: chosen });
        }}
        data={LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) }))}
      />
      <NativeSelect
        label={t('colorScheme.label')}
        value={colorScheme}
        onChange={(event) => {
          const chosen = COLOR_SCHEMES.find((known) => known === event.currentTarget.value);
          if (chosen) setColorScheme(chosen);
        }}
        data={COLOR_SCHEMES.map((value) => ({ value, label: t(`colorScheme.${value}`) }))}
      />
    </SimpleGrid>
  );
}
