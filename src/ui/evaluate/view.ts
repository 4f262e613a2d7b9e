/** The result of a training: the third step. */
import { IconChartBar } from '@tabler/icons-react';
import { defineView } from '../defineView.ts';

export const view = defineView({
  id: 'result',
  words: 'evaluate',
  Icon: IconChartBar,
  step: 3,
  load: async () => (await import('./EvaluateView.tsx')).EvaluateView,
});

declare module '../../state/shell/navigation.ts' {
  interface Views {
    result: true;
  }
}
declare module '../../i18n/resources.ts' {
  interface Words {
    evaluate: typeof import('../../i18n/en/evaluate.json');
  }
}
