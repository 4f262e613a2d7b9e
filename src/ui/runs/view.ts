/** All runs side by side. Not under the thumb, where seven are too many: there the models lead to it. */
import { IconChartLine } from '@tabler/icons-react';
import { defineView } from '../defineView.ts';

export const view = defineView({
  id: 'runs',
  words: 'runs',
  Icon: IconChartLine,
  beside: 2,
  isOnPhone: false,
  load: async () => (await import('./RunsView.tsx')).RunsView,
});

declare module '../../state/shell/navigation.ts' {
  interface Views {
    runs: true;
  }
}
declare module '../../i18n/resources.ts' {
  interface Words {
    runs: typeof import('../../i18n/en/runs.json');
  }
}
