/** Using a model: the fourth step. */
import { IconSparkles } from '@tabler/icons-react';
import { defineView } from '../defineView.ts';

export const view = defineView({
  id: 'classify',
  words: 'classify',
  Icon: IconSparkles,
  step: 4,
  load: async () => (await import('./ClassifyView.tsx')).ClassifyView,
});

declare module '../../state/shell/navigation.ts' {
  interface Views {
    classify: true;
  }
}
declare module '../../i18n/resources.ts' {
  interface Words {
    classify: typeof import('../../i18n/en/classify.json');
  }
}
