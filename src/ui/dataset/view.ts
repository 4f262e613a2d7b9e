/** The pictures: the first step. What a newcomer sees at once is in the first bundle. */
import { IconPhoto } from '@tabler/icons-react';
import { defineView } from '../defineView.ts';
import { DatasetView } from './DatasetView.tsx';

export const view = defineView({
  id: 'pictures',
  words: 'dataset',
  Icon: IconPhoto,
  step: 1,
  View: DatasetView,
});

declare module '../../state/shell/navigation.ts' {
  interface Views {
    pictures: true;
  }
}
declare module '../../i18n/resources.ts' {
  interface Words {
    dataset: typeof import('../../i18n/en/dataset.json');
  }
}
