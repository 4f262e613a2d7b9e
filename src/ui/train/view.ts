/** Training: the second step. */
import { IconSchool } from '@tabler/icons-react';
import { defineView } from '../defineView.ts';

export const view = defineView({
  id: 'train',
  words: 'train',
  Icon: IconSchool,
  step: 2,
  load: async () => (await import('./TrainView.tsx')).TrainView,
});

declare module '../../state/shell/navigation.ts' {
  interface Views {
    train: true;
  }
}
declare module '../../i18n/resources.ts' {
  interface Words {
    baseline: typeof import('../../i18n/en/baseline.json');
    augment: typeof import('../../i18n/en/augment.json');
    train: typeof import('../../i18n/en/train.json');
    fineTune: typeof import('../../i18n/en/fineTune.json');
  }
}
