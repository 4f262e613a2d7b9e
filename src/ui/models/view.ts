/** The models that are kept, beside the way. */
import { IconBooks } from '@tabler/icons-react';
import { defineView } from '../defineView.ts';

export const view = defineView({
  id: 'models',
  words: 'models',
  Icon: IconBooks,
  beside: 1,
  load: async () => (await import('./ModelsView.tsx')).ModelsView,
});

declare module '../../state/shell/navigation.ts' {
  interface Views {
    models: true;
  }
}
declare module '../../i18n/resources.ts' {
  interface Words {
    models: typeof import('../../i18n/en/models.json');
  }
}
