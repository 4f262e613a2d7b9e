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
    answer: typeof import('../../i18n/en/answer.json');
    augment: typeof import('../../i18n/en/augment.json');
    train: typeof import('../../i18n/en/train.json');
    tune: typeof import('../../i18n/en/tune.json');
  }
}
