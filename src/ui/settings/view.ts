/** Settings, beside the way. */
import { IconSettings } from '@tabler/icons-react';
import { defineView } from '../defineView.ts';

export const view = defineView({
  id: 'settings',
  words: 'settings',
  Icon: IconSettings,
  beside: 3,
  load: async () => (await import('./SettingsView.tsx')).SettingsView,
});

declare module '../../state/shell/navigation.ts' {
  interface Views {
    settings: true;
  }
}
declare module '../../i18n/resources.ts' {
  interface Words {
    settings: typeof import('../../i18n/en/settings.json');
  }
}
